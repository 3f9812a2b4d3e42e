import type { CodeRule, CodeTable, ProviderError } from '../classify.ts'

/** Advice of the gateway's document after 0308: wait 2 to 5 s (huawei-otc.md, section 6.3). */
export const FLOW_WAIT_MS = 5_000

const refused: CodeRule = { means: 'rejected' }
const flow: CodeRule = { means: 'throttled', waitMs: FLOW_WAIT_MS }
const perhaps: CodeRule = { means: 'ambiguous' }

/**
 * The gateway's own codes. 0201 is missing on purpose: it comes with 400, 413, 414 and 494, which are refusals, and with
 * 502 and 504, which are not; there the HTTP status says what it is.
 */
const gateway: CodeTable = {
  '0101': refused,
  '0103': refused,
  '0104': refused,
  '0105': refused,
  '0106': refused,
  // Signature, expiry, unknown or locked key: never asked again by itself, as five in a row lock the key.
  '0301': refused,
  '0302': refused,
  '0303': refused,
  '0307': refused,
  '0308': flow,
}

/** Both prefixes are seen (huawei-otc.md, section 6.1). */
const PREFIXES = ['APIGW.', 'APIG.'] as const

/** What the gateway and the OpenStack-native layer before every service say (huawei-otc.md, sections 6.1 and 6.3). */
export const gatewayCodes: CodeTable = {
  ...Object.fromEntries(
    PREFIXES.flatMap((prefix) => Object.entries(gateway).map(([code, rule]) => [prefix + code, rule])),
  ),
  badRequest: refused,
  unauthorized: refused,
  forbidden: refused,
  overLimit: flow,
}

/** `Common.*`, which ECS and BMS share (huawei-otc.md, section 6.2). */
export const commonCodes: CodeTable = {
  'Common.0001': perhaps,
  'Common.0002': refused,
  'Common.0011': refused,
  'Common.0013': refused,
  'Common.0018': refused,
  // Of jobs and of job queries; in answer to an action they would prove nothing.
  'Common.0021': perhaps,
  'Common.0022': perhaps,
  'Common.0025': perhaps,
  'Common.0999': perhaps,
  // "Flow limit exceeded" comes as HTTP 202: nothing was submitted all the same.
  'Common.0024': flow,
  // 429 on OTC, 503 in Huawei's document.
  'Common.1503': flow,
}

const SIGNATURE = /^(?:APIG(?:W)?\.(?:0301|0303|0307)|Common\.0013|unauthorized)$/

/** The key, its signature or its token was refused, before anything was done. */
export const isRefusedSignature = (error: ProviderError | undefined): boolean =>
  error !== undefined && SIGNATURE.test(error.code)

/** Nobody gets in with this credential, or not here: the same one gets the same answer, and five in a row lock the key (section 6.3). */
export const isRefusedCredential = (error: ProviderError | undefined): boolean =>
  isRefusedSignature(error) || (error !== undefined && /^APIG(?:W)?\.0302$/.test(error.code))

/** The gateway knows no such API, or none behind it. */
export const isUnknownToGateway = (error: ProviderError | undefined): boolean =>
  error !== undefined && /^APIG(?:W)?\.(?:0101|0103)$/.test(error.code)
