import type { ApiRequest, Answer, Api } from '../../api.ts'
import type * as z from 'zod'
import type { ProviderError } from '../../classify.ts'
import { unreadable, type Unreadable } from '../../unreadable.ts'
import { readHuaweiError } from '../error.ts'
import { isRefusedCredential, isUnknownToGateway } from '../gateway-codes.ts'
import { ABSENT } from './service.ts'

type Whole = Extract<Answer, { kind: 'response' }>

/** One read: what was asked for, the word that there is none, or that this path is not served. */
export type Read<T> =
  | { kind: 'found'; value: T; answer: Whole }
  | { kind: 'absent'; answer: Whole }
  | NotServed
  | Unreadable
export type NotServed = { kind: 'not-served'; last: Unreadable }

/** Asks once and reads the answer with `schema`. */
export const read = async <T>(api: Api, request: ApiRequest, schema: z.ZodType<T>): Promise<Read<T>> => {
  const answer = await api.send(request)
  if (answer.kind !== 'response') return unreadable(answer)

  const error = readHuaweiError(answer.json)
  if (error !== undefined && (ABSENT.has(error.code) || isNativeAbsence(request, error)))
    return { kind: 'absent', answer }
  const failed = unreadable(answer, error, isRefusedCredential(error))
  const bare = error === undefined || !/^(?:Ecs|BMS|Common)\./.test(error.code)
  if (isUnknownToGateway(error) || (bare && (answer.status === 404 || answer.status === 405))) {
    return { kind: 'not-served', last: failed }
  }
  if (error !== undefined || answer.status !== 200) return failed
  const parsed = schema.safeParse(answer.json)
  return parsed.success ? { kind: 'found', value: parsed.data, answer } : failed
}

/** The native layer words a missing path and a missing server alike: only of its own paths is it believed. */
const isNativeAbsence = (request: ApiRequest, error: ProviderError): boolean =>
  error.code === 'itemNotFound' && request.path.startsWith('/v2.1/')
