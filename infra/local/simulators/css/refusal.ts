import { jsonReply } from '../huawei-gateway.ts'
import type { RawReply } from '../simulator.ts'
import type { CssOddities } from './options.ts'

/** A call that CSS refuses with one of its codes; nothing was done. */
export class CssRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'CssRefusal'
    this.status = status
    this.code = code
  }
}

/** The answer of a refusal: `errCode` as seen in the field, or `error_code` as the documents promise (huawei-otc.md section 4). */
export const refusalReply = ({ status, code, message }: CssRefusal, form: CssOddities['errorBody']): RawReply =>
  jsonReply(
    status,
    form === 'errCode'
      ? { errCode: code, externalMessage: `${code} : ${message}` }
      : { error_code: code, error_msg: message },
  )
