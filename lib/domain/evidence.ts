/** What a look at the provider says of one node, after an answer was lost. */
export type Trace = 'applied' | 'untouched' | 'unclear'

/**
 * What a look at the provider says of a lost submission. `traces` has every node of the batch.
 * `jobIds` where the provider's own record of the submission was found.
 */
export type Evidence =
  | { kind: 'seen'; traces: ReadonlyMap<string, Trace>; jobIds: readonly string[]; note: string }
  | { kind: 'unreadable'; code: string; reason: string; waitMs: number | null; auth: boolean }
