import * as z from 'zod'
import type { Flavour, Refusal } from './flavour.ts'
import type { Oddities } from './options.ts'
import type { Action } from './state.ts'

/** A mutation as asked for; `options` are the vendor's own parameters, kept for the log of actions. */
export type Asked = { action: Action; ids: string[]; soft: boolean; options: Record<string, unknown> }

const servers = z.array(z.strictObject({ id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) })).min(1)
const type = z.enum(['SOFT', 'HARD'])

/** Exactly one operation per request; `type` is mandatory to restart, unknown to start (ECS and BMS API reference). */
const powerBody = z.union([
  z.strictObject({ reboot: z.strictObject({ type, servers }) }),
  z.strictObject({ 'os-start': z.strictObject({ servers }) }),
  z.strictObject({ 'os-stop': z.strictObject({ type: type.exactOptional(), servers }) }),
])

const deleteBody = z.strictObject({
  servers,
  delete_publicip: z.boolean().exactOptional(),
  delete_volume: z.boolean().exactOptional(),
})

const MAX_SERVERS = 1000

/** Reads the body of `…/action` or `…/delete`; a refusal of the whole request when the documents do not allow it. */
export const parseMutation = (
  path: 'action' | 'delete',
  body: Buffer,
  flavour: Flavour,
  oddities: Oddities,
): Asked | Refusal => {
  const mutation = path === 'delete' ? parseDelete(body, flavour) : parsePower(body)
  if (mutation === undefined) return flavour.illegalBody
  if (mutation.ids.length > MAX_SERVERS) return flavour.tooMany
  if (new Set(mutation.ids).size < mutation.ids.length) return flavour.illegalBody
  // To stop is SOFT unless told otherwise.
  if (flavour.name === 'ecs')
    return {
      ...mutation,
      soft: mutation.soft || (mutation.action === 'stop' && mutation.options['type'] === undefined),
    }
  // Bare metal knows only HARD ("SOFT: not effective").
  if (mutation.soft && oddities.bmsSoft === 'refused') return flavour.illegalBody
  return { ...mutation, soft: mutation.soft && oddities.bmsSoft === 'no-effect' }
}

const parsePower = (body: Buffer): Asked | undefined => {
  const parsed = powerBody.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  const { data } = parsed
  if ('reboot' in data) return asked('restart', data.reboot)
  return 'os-start' in data ? asked('start', data['os-start']) : asked('stop', data['os-stop'])
}

const parseDelete = (body: Buffer, flavour: Flavour): Asked | undefined => {
  const parsed = deleteBody.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  if (flavour.needsDeletePublicip && parsed.data.delete_publicip === undefined) return undefined
  return asked('delete', parsed.data)
}

const asked = (
  action: Action,
  { servers: wanted, ...options }: { servers: { id: string }[]; type?: 'SOFT' | 'HARD' },
): Asked => ({
  action,
  ids: wanted.map(({ id }) => id),
  soft: options.type === 'SOFT',
  options,
})

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
