import type { Provider } from '../provider.ts'
import { readHuaweiError } from './error.ts'
import { isRefusedSignature } from './gateway-codes.ts'

/** A service's own word with a 401 is about rights or a project: another key of the account would not change it. */
const OTHERWISE = /^(?:Ecs|BMS|CSS|Common)\.|^badRequest$/

/**
 * The gateway's refusals of a signature: of its key, its secret or its time, which it words alike (huawei-otc.md, sections
 * 5.1 and 6.3), and a bare 401 in whichever shape (section 6.1).
 */
export const huaweiRefusal: Provider['refusal'] = ({ status, json }) => {
  const error = readHuaweiError(json)
  const isBare = status === 401 && !OTHERWISE.test(error?.code ?? '')
  if (!isBare && !isRefusedSignature(error)) return undefined
  return {
    cause: 'credential',
    code: error?.code ?? `HTTP.${status}`,
    reason: error?.message ?? `HTTP status ${status}`,
  }
}
