/**
 * What putting a letter back means: `batch` is a message for an invoker, `event` is a request, an alarm or a schedule for
 * ingest, of a remedy only if a rule is named; with the rest nothing can be done but look at it.
 */
export type Purpose =
  | { kind: 'batch'; operationId: string; batchId: string }
  | {
      kind: 'event'
      /** Of the invocation that the event first came with: a schedule without a time of its own is known by it. */
      invocationId: string
      /** The remediation rule that this is about, or null for all that the event asks for. */
      rule: string | null
    }
  | { kind: 'unreadable' }

type Identity = {
  letterId: string
  /** Where it was found: a queue, or `ingest` for what ingest refused. */
  queue: string
  reason: string
  /** ms since the epoch. */
  receivedAt: number
}

/** A message or an event that could not be worked on; `body` is what is put back, as text. */
export type NewLetter = Identity & { body: string; purpose: Purpose }

/** What came of a letter that was put back. */
export type Redriven = {
  at: number
  by: string | null
  outcome: string
  operationIds: readonly string[]
}

/** A kept letter, without its body, which can be long. */
export type Letter = Identity & {
  purpose: Purpose
  /** The beginning of the body, veiled. */
  excerpt: string
  /** Characters of the body as it came, and whether only a part of it could be kept. */
  bodyLength: number
  cut: boolean
  redriven: Redriven | null
}

const DAY_MS = 86_400_000

/**
 * Letters are kept this long. An operation is kept for 104 days from its beginning, and what it was asked for with can have
 * been on its way for 29 more (a day with EventBridge, 14 in each of two queues) before it becomes a letter: so the operation
 * of an event is still known by its key whenever the event is put back.
 */
export const LETTER_KEPT_MS = 60 * DAY_MS

/** Why a letter cannot be put back; undefined when it can. */
export const hindranceOf = ({ purpose, cut }: Pick<Letter, 'purpose' | 'cut'>): string | undefined => {
  if (purpose.kind === 'unreadable') return 'nothing of Drover can read it'
  // What a message for an invoker says stands in the letter itself.
  if (purpose.kind === 'event' && cut) return 'it was too large to be kept whole'
  return undefined
}
