import * as z from 'zod'
import type { Fault, RawRequest } from './simulator.ts'

const milliseconds = z.number().min(0).max(3_600_000)
const headers = z.record(z.string(), z.string())

/** A fault as it comes in over HTTP. */
export const faultSchema: z.ZodType<Fault> = z.strictObject({
  match: z.strictObject({ method: z.string().exactOptional(), path: z.string().exactOptional() }).exactOptional(),
  times: z.int().min(1).exactOptional(),
  when: z.enum(['before', 'after']),
  // oxlint-disable-next-line unicorn/no-thenable -- a plain object, never a function
  then: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('close') }),
    z.strictObject({ kind: z.literal('hang'), ms: milliseconds }),
    z.strictObject({
      kind: z.literal('reply'),
      status: z.int().min(200).max(599),
      headers: headers.exactOptional(),
      body: z.string(),
    }),
    z.strictObject({ kind: z.literal('truncate'), bytes: z.int().min(0) }),
    z.strictObject({ kind: z.literal('delay'), ms: milliseconds }),
  ]),
})

export type FaultQueue = {
  add: (fault: Fault) => void
  /** The oldest fault that matches, with one of its times used up. */
  take: (request: RawRequest) => Fault | undefined
  clear: () => void
}

export const createFaultQueue = (initial: ReadonlyArray<Fault> = []): FaultQueue => {
  let waiting: { fault: Fault; left: number }[] = []
  const add = (fault: Fault) => {
    waiting.push({ fault, left: fault.times ?? 1 })
  }
  for (const fault of initial) add(fault)

  return {
    add,
    take: (request) => {
      const found = waiting.find(({ fault }) => matches(fault, request))
      if (found === undefined) return undefined
      found.left -= 1
      if (found.left <= 0) waiting = waiting.filter((entry) => entry !== found)
      return found.fault
    },
    clear: () => {
      waiting = []
    },
  }
}

const matches = ({ match }: Fault, request: RawRequest): boolean =>
  (match?.method === undefined || match.method.toUpperCase() === request.method) &&
  (match?.path === undefined || request.target.includes(match.path))
