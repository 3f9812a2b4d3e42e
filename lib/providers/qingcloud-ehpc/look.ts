import type * as z from 'zod'

import type { Api } from '../../provider-kit/api.ts'
import { type Unreadable, unreadable } from '../../provider-kit/unreadable.ts'
import { AUTH_FAILED, ehpcCodes, NOT_FOUND } from './codes.ts'
import { readError } from './schema.ts'

/** What a read showed. `skewMs`: how far the provider's clock is ahead of ours; at most 1 s and the answer's way too little. */
export type Seen<T> = { kind: 'seen'; data: T; skewMs: number }

/** A read that showed nothing. `absent`: what was asked for does not exist; `final`: asking again gives the same. */
export type NotSeen = { kind: 'failed'; absent: boolean; final: boolean; unreadable: Unreadable }

/** One read of the API. */
export const look = async <T>(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>>,
  schema: z.ZodType<T>,
): Promise<Seen<T> | NotSeen> => {
  const answer = await api.send({ method: 'GET', path, query })
  if (answer.kind !== 'response') return notSeen(unreadable(answer))

  const error = readError(answer.json)
  const parsed = schema.safeParse(answer.json)
  if (error === undefined && answer.status >= 200 && answer.status < 300 && parsed.success) {
    const date = Date.parse(answer.headers['date'] ?? '')
    return { kind: 'seen', data: parsed.data, skewMs: Number.isNaN(date) ? 0 : date - answer.receivedAt }
  }
  return notSeen(unreadable(answer, error, error?.code === AUTH_FAILED))
}

const notSeen = (said: Unreadable): NotSeen => {
  const rule = ehpcCodes[said.code]
  const waitMs = said.waitMs ?? (rule?.means === 'throttled' ? rule.waitMs : null)
  return {
    kind: 'failed',
    absent: said.code === NOT_FOUND,
    final: rule?.means === 'rejected',
    unreadable: { ...said, waitMs },
  }
}
