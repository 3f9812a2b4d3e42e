/** A call that EHPC answers with a ret_code other than 0 (error_code.md); nothing was done. */
export class EhpcRefusal extends Error {
  readonly retCode: number

  constructor(retCode: number, message: string) {
    super(message)
    this.name = 'EhpcRefusal'
    this.retCode = retCode
  }
}

export const malformed = (what: string): EhpcRefusal => new EhpcRefusal(1100, `InvalidRequestFormat, ${what}`)
export const badValue = (what: string): EhpcRefusal => new EhpcRefusal(1101, `InvalidParameter, ${what}`)
export const unauthorised = (what: string): EhpcRefusal => new EhpcRefusal(1200, `AuthFailure, ${what}`)
export const expired = (what: string): EhpcRefusal => new EhpcRefusal(1300, `RequestHasExpired, ${what}`)
export const denied = (what: string): EhpcRefusal => new EhpcRefusal(1400, `PermissionDenied, ${what}`)
export const notFound = (what: string): EhpcRefusal => new EhpcRefusal(2100, `ResourceNotFound, ${what}`)
export const overQuota = (what: string): EhpcRefusal => new EhpcRefusal(2500, `QuotasExceeded, ${what}`)
