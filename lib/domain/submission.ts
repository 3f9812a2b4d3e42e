/**
 * What an answer to a mutating call means (architecture.md, section 4).
 *
 * - accepted: the provider took it; `jobIds` may be empty (a documented 204 has no body)
 * - achieved: the goal was already met for every node of the call
 * - not-sent: it surely never reached the provider; `waitMs` (of this stack): it is of no use to try again before
 * - throttled: the provider surely did nothing and wants to be asked again after `waitMs`
 * - rejected: the provider surely did nothing and never will; `perNode`: one bad node may have spoilt the whole call
 * - ambiguous: it may have happened
 */
export type Submission =
  | { kind: 'accepted'; jobIds: readonly string[] }
  | { kind: 'achieved'; code: string; reason: string; perNode: boolean }
  | { kind: 'not-sent'; code: string; reason: string; waitMs?: number }
  | { kind: 'throttled'; code: string; reason: string; waitMs: number }
  | { kind: 'rejected'; code: string; reason: string; perNode: boolean }
  | { kind: 'ambiguous'; code: string; reason: string }
