import type { CodeRule, CodeTable } from '../../provider-kit/classify.ts'

/** The request is wrong or not allowed, and stays so. */
const refused: CodeRule = { means: 'rejected' }
/** One bad node can spoil the call. */
const refusedNode: CodeRule = { means: 'rejected', perNode: true }
/** Failed or timed out within the service: no document says whether before or after it acted. */
const perhaps: CodeRule = { means: 'ambiguous' }

const MINUTE_MS = 60_000

/** Refused for the state of the resource, or for lack of rights; the message says which. */
export const DENIED = '1400'
export const NOT_FOUND = '2100'
/** Unknown key or wrong signature. */
export const AUTH_FAILED = '1200'
/** More than 60 s old on arrival, by the provider's clock. */
export const EXPIRED = '1300'

/** Families of which the document gives no single codes: "15xx 16xx" accounts and login, "400x" licence, "800x" files. */
const families: CodeTable = Object.fromEntries(
  [...range(1500, 1699), ...range(4000, 4009), ...range(8000, 8009)].map((code) => [code, refused]),
)

/** `ret_code` of EHPC (qingcloud-ehpc.md, section 4, which is error_code.md). They arrive with HTTP 200. */
export const ehpcCodes: CodeTable = {
  ...families,
  '1100': refused,
  '1101': refused,
  [AUTH_FAILED]: refused,
  // The next attempt is signed anew.
  [EXPIRED]: { means: 'throttled', waitMs: 1_000 },
  [DENIED]: refusedNode,
  '2000': refused,
  [NOT_FOUND]: refusedNode,
  '2110': refused,
  '2200': refused,
  '2300': refused,
  '2400': refused,
  // Over quota: 2,000 calls "per 3,600 s" in one document, "per day, back at 0:00" in another.
  '2500': { means: 'throttled', waitMs: 5 * MINUTE_MS },
  '3300': refused,
  '5000': perhaps,
  '5100': perhaps,
  '5200': refused,
  // "Service updating, try again later".
  '5300': { means: 'throttled', waitMs: MINUTE_MS },
  // "Dependency exists, try again later": worth a few tries only.
  '5400': { means: 'throttled', waitMs: 5 * MINUTE_MS },
  '5500': refused,
  '5600': refused,
}

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i))
}
