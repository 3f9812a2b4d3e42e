import type { CodeRule, CodeTable, ProviderError } from '../classify.ts'
import {
  commonCodes,
  gatewayCodes,
  isRefusedCredential as isRefusedByGateway,
  isUnknownToGateway,
} from '../huawei/gateway-codes.ts'

/** No document gives a wait; the one measured restart took 60 s, so half of it (huawei-otc.md, section 4). */
export const BUSY_WAIT_MS = 30_000

/** Another operation is being performed on the cluster: it ends by itself. */
const busy: CodeRule = { means: 'throttled', waitMs: BUSY_WAIT_MS }
/** Scaling, or "not supported now": may take long, and may be meant for good, so asked rarely and only for so long. */
const notNow: CodeRule = { means: 'throttled', waitMs: 2 * BUSY_WAIT_MS }
const refused: CodeRule = { means: 'rejected' }
/** The fault lies in the one cluster named. */
const refusedNode: CodeRule = { means: 'rejected', perNode: true }
/** Failed within the service: no document says whether before or after it acted. */
const perhaps: CodeRule = { means: 'ambiguous' }

/** Codes of CSS (huawei-otc.md, section 4) and of what stands before it, whatever HTTP status they come with. */
export const cssCodes: CodeTable = {
  ...gatewayCodes,
  ...commonCodes,
  // 202 in the documents, 409 in the field.
  'CSS.0011': busy,
  'CSS.0029': busy,
  'CSS.3004': busy,
  'CSS.0077': notNow,
  'CSS.5090': notNow,
  'CSS.5140': notNow,
  'CSS.5073': refusedNode,
  'CSS.5167': refusedNode,
  'CSS.5301': refusedNode,
  // 403, and yet the answer for a cluster that does not exist.
  'CSS.0015': refusedNode,
  'CSS.0016': refusedNode,
  'CSS.0022': refusedNode,
  'CSS.3027': refusedNode,
  'CSS.0001': refused,
  'CSS.0004': refused,
  'CSS.0023': refused,
  'CSS.0040': refused,
  'CSS.0032': refused,
  'CSS.0045': refused,
  'CSS.0051': refused,
  'CSS.5045': refused,
  // 400 "Internal error, try again later".
  'CSS.0036': perhaps,
  'CSS.0005': perhaps,
  'CSS.1004': perhaps,
  'CSS.9999': perhaps,
}

const ABSENT: ReadonlySet<string> = new Set(['CSS.0015', 'CSS.0016', 'CSS.0022', 'CSS.3027'])
const REFUSED_CREDENTIAL: ReadonlySet<string> = new Set(['CSS.0032', 'CSS.0045', 'CSS.0051', 'CSS.5045'])

const isCssCode = (error: ProviderError | undefined): boolean => error !== undefined && error.code.startsWith('CSS.')

/** CSS itself says that a cluster is not there, or not for us; a bare 404 may be any gateway's. */
export const isAbsent = (error: ProviderError | undefined): boolean => error !== undefined && ABSENT.has(error.code)

/** Permission or token: asked again with the same credential, the answer is the same, and the key may be locked. */
export const isRefusedCredential = (error: ProviderError | undefined): boolean =>
  isRefusedByGateway(error) || (error !== undefined && REFUSED_CREDENTIAL.has(error.code))

/**
 * Proof that this path is not served and nothing was executed: the gateway's own code, or a 404 or 405 in which CSS
 * itself does not speak.
 */
export const isUnknownApi = (status: number, error: ProviderError | undefined): boolean =>
  isUnknownToGateway(error) || ((status === 404 || status === 405) && !isCssCode(error))
