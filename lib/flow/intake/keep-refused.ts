import { fingerprint } from '../../domain/fingerprint.ts'
import type { Purpose } from '../../domain/letter.ts'
import type { Log } from '../../domain/log.ts'
import type { Metrics } from '../../domain/metrics.ts'
import type { Clock, Ledger } from '../../domain/ports.ts'
import { Conflict, InvalidRequest, Refused, TooLarge } from '../../domain/problem.ts'
import { type Envelope, readEnvelope } from './envelope.ts'

/** An event as it came: what a letter must hold so that it can come again. */
export type Arrival = { input: unknown; invocationId: string }

/** What a letter about an arrival can be put back as. */
export const purposeOf = ({ kind }: Envelope, invocationId: string, rule: string | null): Purpose =>
  kind === 'unknown' ? { kind: 'unreadable' } : { kind: 'event', invocationId, rule }

/** Whether an error says that the same request will never succeed as things are. */
export const isRefusal = (error: unknown): error is Error =>
  [InvalidRequest, TooLarge, Refused, Conflict].some((kind) => error instanceof kind)

/** Keeps in the ledger what was refused, and why; the same refusal again is the same letter. Answers its id. */
export const keepRefused = async (
  { input, invocationId }: Arrival,
  rule: string | null,
  error: Error,
  { ledger, clock, log, metrics }: { ledger: Ledger; clock: Clock; log: Log; metrics: Metrics },
): Promise<string> => {
  const envelope = readEnvelope(input, invocationId)
  const letterId = `refused-${fingerprint(envelope.key, rule ?? '').slice(0, 32)}`
  const reason = rule === null ? reasonOf(error) : `rule ${rule}: ${reasonOf(error)}`
  log.error('event refused', { letterId, reason: reason.slice(0, LONGEST_LOGGED) })
  const isNew = await ledger.keepLetter({
    letterId,
    queue: 'ingest',
    reason,
    receivedAt: clock.now(),
    body: JSON.stringify(input) ?? 'undefined',
    purpose: purposeOf(envelope, invocationId, rule),
  })
  if (isNew) metrics.count('DeadLetters', 1)
  return letterId
}

const LONGEST_LOGGED = 10_000

const reasonOf = (error: Error): string =>
  error instanceof InvalidRequest || error instanceof Refused
    ? error.problems.map(({ path, message }) => `${path} ${message}`.trim()).join('; ')
    : error.message
