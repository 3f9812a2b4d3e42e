/** One raw HTTP request as received: exact bytes, exact target (raw path + query as on the wire); header names are lower-case. */
export type RawRequest = { method: string; target: string; headers: Record<string, string>; body: Buffer }
export type RawReply = { status: number; headers?: Record<string, string>; body: string | Buffer }

/** Milliseconds of real time and how many times faster the simulated cloud's own durations run. Signatures are checked against real time. */
export type SimClock = { now: () => number; scale: number }

/** One mutation that the simulated cloud accepted for one node: what a node was really put through. */
export type AcceptedAction = { nodeId: string; action: string; at: number; [detail: string]: unknown }

export type Simulator = {
  /** Answers one authenticated-or-refused request; synchronous and deterministic given clock, seed and the history of requests. */
  handle: (request: RawRequest) => RawReply
  /** JSON of the whole state, and its inverse, so that a killed stack goes on where it was. */
  snapshot: () => unknown
  restore: (snapshot: unknown) => void
  /** A number that differs after every change worth keeping. Without it, `serve` compares whole snapshots, which costs more. */
  revision?: () => number
  /** Every accepted mutation, oldest first; served at `GET /_simulator/actions`. */
  actions?: () => ReadonlyArray<AcceptedAction>
}

/** A fault taken by the next matching request(s). */
export type Fault = {
  /** `path` is a substring of the raw target. Without a match every request matches. */
  match?: { method?: string; path?: string }
  /** How many requests it takes; 1 when absent. */
  times?: number
  /** before: nothing is acted on; after: the simulator acts, then the answer is lost / replaced. */
  when: 'before' | 'after'
  then:
    | { kind: 'close' }
    /** No answer for `ms`, then close. */
    | { kind: 'hang'; ms: number }
    /** For example a 502 in HTML, a 429 with Retry-After, a 302, an empty 200. */
    | { kind: 'reply'; status: number; headers?: Record<string, string>; body: string }
    /** The right content-length, fewer bytes, then close. */
    | { kind: 'truncate'; bytes: number }
    /** The right answer, late. The simulator acts after the delay (before) or ahead of it (after). */
    | { kind: 'delay'; ms: number }
}
