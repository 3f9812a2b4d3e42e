import * as z from 'zod'
import type { Rate } from '../../domain/rate.ts'

/** A rate count as it is stored: tuples and not objects, as there can be hundreds of grants. */
const RateBody = z.object({
  grants: z.array(z.tuple([z.string().nullable(), z.number(), z.number()])),
  tickets: z.array(z.tuple([z.string(), z.number(), z.number()])),
})

export const rateBody = RateBody.transform(({ grants, tickets }) => ({
  grants: grants.map(([id, units, until]) => ({ id, units, until })),
  tickets: tickets.map(([id, units, at]) => ({ id, units, at })),
})) satisfies z.ZodType<Rate>

export const rateJson = ({ grants, tickets }: Rate): string =>
  JSON.stringify({
    grants: grants.map(({ id, units, until }) => [id, units, until]),
    tickets: tickets.map(({ id, units, at }) => [id, units, at]),
  } satisfies z.infer<typeof RateBody>)
