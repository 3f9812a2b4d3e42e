/** One call to a provider, before it is signed. `path` is already percent-encoded; `body` is the exact text that is sent. */
export type ApiRequest = {
  method: 'GET' | 'POST'
  path: string
  query?: Readonly<Record<string, string>>
  body?: string
}

/**
 * What came of one attempt.
 *
 * - response: a whole answer was read; `json` is undefined when the text is not JSON
 * - not-sent: it surely never reached the provider (DNS, connection refused, TLS, aborted before a byte was written);
 *   `waitMs`: it is of no use to try again before; `isFinal`: nor in any time worth waiting for
 * - lost: bytes may have reached it and no whole answer came back (timeout, reset, truncated, too large)
 */
export type Answer =
  | {
      kind: 'response'
      status: number
      headers: Readonly<Record<string, string>>
      text: string
      json: unknown
      receivedAt: number
    }
  | { kind: 'not-sent'; code: string; reason: string; waitMs?: number; isFinal?: boolean }
  | { kind: 'lost'; code: string; reason: string }

/**
 * A provider's HTTP API for one target and credential: one attempt, signed at the moment it is sent, never repeated,
 * no redirect followed. Never throws for anything that the network or the provider does.
 */
export type Api = {
  send: (request: ApiRequest) => Promise<Answer>
  /** ms since the epoch. */
  now: () => number
}
