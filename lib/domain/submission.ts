/**
 * What an answer to a mutating call means (architecture.md, section 4).
 *
 * - accepted: the provider took it; `jobIds` may be empty (a documented 204 has no body)
 * - achieved: the goal was already met for every node of the call
 * - not-sent: it surely never reached the provider; `waitMs` (of this stack): it is of no use to try again before
 * - throttled: the provider surely did nothing and wants to be asked again after `waitMs`
 * - rejected: the provider surely did nothing and never will; `perNode`: one bad node may have spoilt the whole call
 * - divided: the provider surely did nothing, and what that means differs from node to node
 * - ambiguous: it may have happened
 */
export type Submission =
  | { kind: 'accepted'; jobIds: readonly string[] }
  | { kind: 'not-sent'; code: string; reason: string; waitMs?: number }
  | Refusal
  | { kind: 'divided'; parts: readonly Division[] }
  | { kind: 'ambiguous'; code: string; reason: string }

type Achieved = { kind: 'achieved'; code: string; reason: string; perNode: boolean }
type Throttled = { kind: 'throttled'; code: string; reason: string; waitMs: number; perNode?: boolean }
type Rejected = { kind: 'rejected'; code: string; reason: string; perNode: boolean }

/** The provider answered and surely did nothing. */
export type Refusal = Achieved | Throttled | Rejected

/** Some nodes of a call, by their place in it; `untouched`: nothing is said against them, they may be asked for again at once. */
export type Division = {
  nodes: readonly number[]
  submission: Achieved | Throttled | { kind: 'untouched'; code: string; reason: string }
}
