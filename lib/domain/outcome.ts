/** What happened to one node. `pending` and `running` are open, the others final. */
export type Outcome = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'unknown'
export type FinalOutcome = Exclude<Outcome, 'pending' | 'running'>

export type NodeOutcome = {
  nodeId: string
  outcome: Outcome
  /** The provider's own code where it gave one (`Ecs.0227`), ours otherwise; null when there is nothing to explain. */
  code: string | null
  reason: string | null
  jobId: string | null
  /** ISO 8601 time at which the outcome was known to us. */
  at: string | null
}

export type NodeResult = NodeOutcome & { outcome: FinalOutcome; at: string }

export type Counts = { total: number } & Record<Outcome, number>

export const noCounts: Counts = { total: 0, pending: 0, running: 0, succeeded: 0, failed: 0, skipped: 0, unknown: 0 }

export const addCounts = (a: Counts, b: Counts): Counts => ({
  total: a.total + b.total,
  pending: a.pending + b.pending,
  running: a.running + b.running,
  succeeded: a.succeeded + b.succeeded,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  unknown: a.unknown + b.unknown,
})

/** Counts of `total` nodes of which `results` are final and the others are `open`. */
export const countResults = (total: number, results: Iterable<NodeResult>, open: 'pending' | 'running'): Counts => {
  const counts = { ...noCounts, total }
  let final = 0
  for (const { outcome } of results) {
    counts[outcome] += 1
    final += 1
  }
  counts[open] = total - final
  return counts
}

const MAX_REASON = 300

const MAX_CODE = 100

/** A provider's text, made fit for a row and an event: one line, at most 300 characters, no control characters. */
export const tidyReason = (text: string | null | undefined): string | null => tidy(text, MAX_REASON)

/** A provider's code, made fit like its text: at most 100 characters. */
export const tidyCode = (code: string | null | undefined): string | null => tidy(code, MAX_CODE)

const tidy = (text: string | null | undefined, most: number): string | null => {
  if (text === null || text === undefined) return null
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  if (line === '') return null
  // Half a surrogate pair, the provider's or left by the cut, is no text that a store must take.
  return (line.length > most ? `${line.slice(0, most - 1)}…` : line).toWellFormed()
}
