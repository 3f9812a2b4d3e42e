import type { SignedRequest } from './signer.ts'

const REDACTED = '[redacted]'

/** Shorter ones are no secrets, and would tear holes into ordinary words. */
const MIN_LENGTH = 6

/** The text without any of the secrets, in plain, percent-encoded (once or twice) or JSON-escaped form. */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= MIN_LENGTH)
    .flatMap(formsOf)
    .reduce((rest, form) => rest.replaceAll(form, REDACTED), text)

/** The longest first, so that no form leaves the rest of a longer one behind. */
const formsOf = (secret: string): string[] => {
  const encoded = encodeURIComponent(secret)
  const escaped = JSON.stringify(secret).slice(1, -1)
  const forms = [secret, escaped, secret.replaceAll('/', '\\/'), encoded, encodeURIComponent(encoded)]
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length)
}

/** What is secret in a signed request: its signature, wherever the scheme puts it, and a security token. */
export const secretsOf = ({ url, headers }: SignedRequest): string[] => {
  const secrets: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    if (/^(?:authorization|x-security-token|x-auth-token)$/i.test(name)) secrets.push(value, ...signaturesIn(value))
  }
  // EHPC has its signature in the query, encoded twice (qingcloud-ehpc.md, section 1.3).
  const [, inQuery] = /[?&]signature=([^&]+)/i.exec(url) ?? []
  if (inQuery !== undefined) secrets.push(inQuery, decoded(inQuery), decoded(decoded(inQuery)))
  return secrets
}

const signaturesIn = (authorization: string): string[] => /Signature=([^,\s]+)/.exec(authorization)?.slice(1) ?? []

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not encoded as often as that.
    return text
  }
}
