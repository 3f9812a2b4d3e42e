import type { Action } from './action.ts'

/** A string that a request must carry: a whole-match pattern and the words for a person. */
export type Field = { pattern: string; description: string; example: string; optional?: true }

export type Option =
  | {
      type: 'choice'
      description: string
      /** Accepted value → what it really does. */
      values: Readonly<Record<string, string>>
      /** Value that a user may expect to work → why it is refused, in the document's words. */
      refused?: Readonly<Record<string, string>>
      default?: string
    }
  | { type: 'boolean'; description: string; default: boolean }
  | { type: 'text'; description: string; pattern: string; example: string }

/** Durations of one action at one provider, ms. */
export type Timing = {
  /** Median of a job's duration, and the spread (σ of its logarithm): where polling looks for the end. */
  expectedMs: number
  spread: number
  /** What one poll is worth in ms of later detection: the higher, the fewer polls. */
  pollPriceMs: number
  /** Never longer between two polls than this. */
  maxPollGapMs: number
  /** A small batch is first looked at after this, and then at doubling ages until its end is likely. */
  firstPollMs: number
  /** Polls of one group fall on this grid, so that they meet in one call; 0 for none. */
  pollGridMs: number
  /** After submission the job must have ended, or its open nodes end as unknown. */
  deadlineMs: number
  /** After an ambiguous answer, nothing is judged "not applied" sooner than this. */
  graceMs: number
  /** How long a new job may stay invisible to the job query. */
  visibilityMs: number
  /**
   * How long an applied action leaves a trace that reconcile can read. `null`: for good.
   * Where it passes, "no trace" proves nothing once two looks were further apart than this.
   */
  traceMs: number | null
}

export type ActionManifest = {
  description: string
  target: Readonly<Record<string, Field>>
  /** Ids of one case are kept as they are; `anyCase` ids are compared and sent in lower case. */
  nodeId: Field & { anyCase: boolean }
  /** What one node id names, e.g. "server", "cluster". */
  nodeKind: string
  nodesPerCall: number
  options: Readonly<Record<string, Option>>
  timing: Timing
}

/** At most `limit` units in any rolling `windowMs`, counted per `scope` (fields of the target). */
export type RateLimit = {
  unit: 'nodes' | 'calls'
  limit: number
  windowMs: number
  scope: readonly string[]
  description: string
}

/** Everything that is declared about a provider; validation, planning, `GET /v1/providers` and the README's table come from it. */
export type Manifest = {
  id: string
  title: string
  /** Documents the facts were read in. */
  sources: readonly string[]
  actions: Readonly<Partial<Record<Action, ActionManifest>>>
  rateLimits: readonly RateLimit[]
  /** What a user may ask for and cannot have, with the document's reason: action → reason. */
  unsupported?: Readonly<Partial<Record<Action, string>>>
}
