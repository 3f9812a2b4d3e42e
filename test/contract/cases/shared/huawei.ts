import type { RawReply } from '../../../../infra/local/simulators/simulator.ts'
import type { ProviderCase, Reply } from '../../provider-case.ts'

export const ordinary = { accessKey: 'QTWAOYTTINDUT2QVKYUC', secretKey: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' }
export const temporary = {
  accessKey: 'TEMPORARYKEY2QVKYUC1',
  secretKey: 'hVn0uVNvK41ba2giqM7Uio6PznpdUKGpownRZlm',
  securityToken: 'ggdjbi1ub3J0aC00jK9oHQ2eXAiOiJKV1QiLCJhbGciOiJIUzI1',
}

/** Two kinds of credentials, and four ways to have them wrong (huawei-otc.md, section 5.1). */
export const huaweiCredentials = {
  credentials: { 'a permanent key': ordinary, 'a temporary key with its token': temporary },
  wrongCredentials: {
    'a wrong secret': { ...ordinary, secretKey: 'another-secret-key-of-no-use' },
    'an unknown key': { ...ordinary, accessKey: 'UNKNOWNKEYINDUT2QVKY' },
    'a temporary key without its token': { accessKey: temporary.accessKey, secretKey: temporary.secretKey },
    'a token of another time': { ...temporary, securityToken: 'ZXhwaXJlZC10b2tlbi1vZi15ZXN0ZXJkYXk' },
  },
} satisfies Partial<ProviderCase>

const json = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json;charset=utf-8' },
  body: JSON.stringify(body),
})

/** The services' error, section 6.1 shape 1. */
export const serviceError = (status: number, code: string, message: string): Reply =>
  json(status, { error: { message, code } })

/** The error of CSS as it is seen in the field, shape 3. */
export const cssError = (status: number, code: string, message: string): Reply =>
  json(status, { errCode: code, externalMessage: `${code} : ${message}` })

const threshold = 'The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute'

/** What the gateway of every service says: wait 2 to 5 s (section 6.3). */
export const gatewayLimits: ProviderCase['flowLimits'] = {
  'the gateway’s 429': {
    reply: json(429, { error_code: 'APIGW.0308', error_msg: threshold, request_id: '0123456789abcdef' }),
    waitMs: 5_000,
  },
  'the gateway’s 429 under its other prefix': {
    reply: json(429, { error_code: 'APIG.0308', error_msg: threshold, request_id: '0123456789abcdef' }),
    waitMs: 5_000,
  },
}

/** 15 minutes of difference are allowed; below 2 s nobody can tell one from the way of the answer. */
export const huaweiSkewsMs = [-600_000, -1_500, 1_500, 600_000]

export const asRaw = ({ status, headers = {}, body }: Reply): RawReply => ({ status, headers, body })
