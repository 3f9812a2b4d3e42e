import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'
import type { Reply } from './call.ts'

/** What is secret of the simulated credentials has this in it; nothing else has. */
export const SECRET = 'ZQ7SECRET'

/** Around an echoed signature, of which nobody knows beforehand what it looks like. A reason may be cut within what stands in its place. */
const SIGNATURE = /signed\((?!\[redacted\]|\[?r?e?d?a?c?t?e?d?…)/

/** Whether a text that left the house has something in it that must not. */
export const hasSecret = (text: string): boolean => text.includes(SECRET) || SIGNATURE.test(text)

/** The credentials of an account with this key, by whose name they are told apart. */
export const credentialsOf = (provider: string, account: string, key: string): Record<string, string> =>
  provider === 'qingcloud-ehpc'
    ? { accessKeyId: `${SECRET}-id-${account}-${key}`, secretAccessKey: `${SECRET}/${key}+${account}` }
    : {
        accessKey: `${SECRET}-ak-${account}-${key}`,
        secretKey: `${SECRET}-sk-${account}-${key}`,
        securityToken: `${SECRET}-token-${account}-${key}`,
      }

const SAID = /"(?:message|error_msg|externalMessage|errorcode_message)":"/g

/** The same reply by a cloud that repeats in all its messages what it was sent. */
export const echoed = (reply: Reply, { url, headers }: SignedRequest): Reply => {
  const { authorization = '' } = headers
  const [, signature = ''] = /\bsignature=([^&\s]+)/i.exec(`${authorization} ${url}`) ?? []
  const said = `${authorization} ${headers['x-security-token'] ?? ''} ${url} signed(${signature})`
  if (reply.json === undefined) return { ...reply, text: `${reply.text ?? ''} ${said}` }
  const escaped = JSON.stringify(said).slice(1, -1)
  const text = JSON.stringify(reply.json).replaceAll(SAID, (start) => `${start}${escaped} `)
  return { ...reply, text, json: JSON.parse(text) as unknown }
}
