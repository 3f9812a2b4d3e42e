import type { Answer, Api } from './api.ts'
import type { Http } from './http.ts'
import { redact, secretsOf } from './redact.ts'
import type { Signer } from './signer.ts'

type Whole = Extract<Answer, { kind: 'response' }>

export type ApiOptions = {
  signer: Signer
  baseUrl: string
  http: Http
  /** ms since the epoch. */
  now: () => number
  /** The values of the credentials: whatever a provider echoes of them is gone from its answers. */
  secrets: readonly string[]
  /** How far the provider's clock is ahead of `now`, ms: signatures go by its clock. */
  skewMs?: number
  /** No request takes longer than this, ms; what the HTTP client allows, if not given. */
  withinMs?: number | undefined
}

/** A provider's API for one target and credential. Every request is signed at the moment it is sent. */
export const createApi = ({ signer, baseUrl, http, now, secrets, skewMs = 0, withinMs }: ApiOptions): Api => ({
  now,
  send: async (request) => {
    const signed = signer(request, baseUrl, now() + skewMs)
    return withoutSecrets(await http(signed, withinMs), [...secrets, ...secretsOf(signed)])
  },
})

const withoutSecrets = (answer: Answer, secrets: readonly string[]): Answer => {
  if (answer.kind !== 'response') return { ...answer, reason: redact(answer.reason, secrets) }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, redact(value, secrets)]),
  )
  return { ...answer, headers, ...readable(answer, secrets) }
}

/**
 * The values are what is cleaned, and the text made anew of them: an escape like `\u0041` can hide a secret from the text,
 * and a secret of digits would tear a number apart.
 */
const readable = (answer: Whole, secrets: readonly string[]): Pick<Whole, 'text' | 'json'> => {
  const { text, json } = answer
  const clean = redact(text, secrets)
  if (json === undefined || (clean === text && !text.includes('\\'))) return { text: clean, json }

  const remade = JSON.stringify(json, (_, value: unknown) => cleaned(value, secrets))
  return { text: remade, json: JSON.parse(remade) }
}

/** Keys are values too: a provider may name an error after the access key it was given. */
const cleaned = (value: unknown, secrets: readonly string[]): unknown => {
  if (typeof value === 'string') return redact(value, secrets)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key, secrets), inner]))
}
