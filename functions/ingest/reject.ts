import { Conflict, InvalidRequest, Refused, TooLarge } from '../../lib/domain/problem.ts'
import type { Clock, Ledger } from '../../lib/domain/ports.ts'
import type { Log } from '../../lib/domain/log.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'

const LONGEST_BODY = 10_000

/** Does the work; what can never succeed is kept in the ledger with its reasons, and not tried again. */
export const reject = async (
  letterId: string,
  input: unknown,
  { ledger, clock, log, metrics }: { ledger: Ledger; clock: Clock; log: Log; metrics: Metrics },
  work: () => Promise<void>,
): Promise<void> => {
  try {
    await work()
  } catch (error) {
    const permanent = [InvalidRequest, TooLarge, Refused, Conflict].some((kind) => error instanceof kind)
    if (!permanent) throw error
    const reason = reasonOf(error).slice(0, LONGEST_BODY)
    log.error('event refused', { letterId, reason })
    const body = JSON.stringify(input).slice(0, LONGEST_BODY)
    const isNew = await ledger.keepLetter({ letterId, queue: 'ingest', body, reason, receivedAt: clock.now() })
    if (isNew) metrics.count('DeadLetters', 1)
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof InvalidRequest || error instanceof Refused) {
    return error.problems.map(({ path, message }) => `${path} ${message}`).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}
