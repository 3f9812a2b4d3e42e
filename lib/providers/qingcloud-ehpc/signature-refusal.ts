import type { Provider } from '../../provider-kit/provider.ts'
import { AUTH_FAILED, EXPIRED } from './codes.ts'
import { readError } from './schema.ts'

/** Refusals of a signature, inside HTTP 200 (error_code.md): 1200 for the key and the signature, 1300 for its time. */
export const ehpcRefusal: Provider['refusal'] = ({ status, json }) => {
  const error = readError(json)
  if (error?.code === EXPIRED) return { cause: 'clock', code: error.code, reason: error.message }
  if (error?.code === AUTH_FAILED) return { cause: 'credential', code: error.code, reason: error.message }
  // A gateway before the service, which is not documented.
  if (error === undefined && status === 401) {
    return { cause: 'credential', code: 'HTTP.401', reason: 'HTTP status 401' }
  }
  return undefined
}
