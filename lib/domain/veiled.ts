const VEIL = '[redacted]'

/** Names under which senders put what is secret: `secretKey`, `x-auth-token`, `Authorization`, `AWS_ACCESS_KEY_ID`. */
const SECRET_NAME =
  /secret|passw(?:or)?d|token|authorization|credential|signature|(?:access|api|private)[-_ ]?key|^(?:ak|sk|pwd)$/i

/** The same in plain text: `Signature=…`, `secretKey: "…`. Bounded on the left by the word alone, so that it stays linear. */
const SECRET_IN_TEXT =
  /((?:secret|passw(?:or)?d|token|credential|signature|(?:access|api|private)[-_ ]?key)[\w-]{0,40}\\?["']?\s?[=:]\s?\\?["']?)[^\s"'\\,;&}]+/gi
/** A header's value has spaces and commas of its own: all of it, to the end of its text or line. */
const AUTHORIZATION_IN_TEXT = /(authorization\\?["']?\s?[=:]\s?\\?["']?)[^\n"'\\]+/gi

/**
 * A text that anybody may have written, as it may be shown: what stands under the name of something secret is left out, in
 * JSON and in plain text. What is secret and says so nowhere cannot be told from other words.
 */
export const veiled = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return JSON.stringify(value, veil)
  } catch {
    // No JSON, or so deep that it cannot be written again: then it is a text.
  }
  return veiledText(text)
}

const veil = (name: string, value: unknown): unknown => {
  if (SECRET_NAME.test(name) && value !== null) return VEIL
  return typeof value === 'string' ? veiledText(value) : value
}

const veiledText = (text: string): string =>
  text.replaceAll(AUTHORIZATION_IN_TEXT, `$1${VEIL}`).replaceAll(SECRET_IN_TEXT, `$1${VEIL}`)
