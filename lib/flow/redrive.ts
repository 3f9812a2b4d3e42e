import { isEnded } from '../domain/batch.ts'
import { hindranceOf, type Letter, LETTER_KEPT_MS, type Redriven } from '../domain/letter.ts'
import { Conflict, InvalidRequest, NotFound, Refused, TooLarge, Unavailable } from '../domain/problem.ts'
import { takeIn } from './intake/take-in.ts'
import type { IntakeDeps } from './intake/taken.ts'

type Outcome = Pick<Redriven, 'outcome' | 'operationIds'>

/**
 * Puts a letter back to where it was on its way to. One that was put back already stays as it is: the same call again has
 * the same answer. What is put back is known by its own id, so that two at once do nothing twice.
 *
 * @param by who asks for it
 * @throws NotFound for a letter that is not there, Conflict for one that cannot be put back, Refused when it is refused
 *   again: then it is kept as it was
 */
export const redrive = async (letterId: string, by: string | null, deps: IntakeDeps): Promise<Letter> => {
  const { ledger, clock, log } = deps
  const letter = await ledger.letter(letterId)
  // The table deletes it some time after its end, up to days later.
  if (letter === undefined || clock.now() >= letter.receivedAt + LETTER_KEPT_MS)
    throw new NotFound('there is no such letter')
  if (letter.redriven !== null) return letter
  const hindrance = hindranceOf(letter)
  if (hindrance !== undefined) throw new Conflict(`the letter cannot be put back: ${hindrance}`)

  const next: Letter = { ...letter, redriven: { at: clock.now(), by, ...(await putBack(letter, deps)) } }
  if (!(await ledger.saveLetter(next))) return (await ledger.letter(letterId)) ?? next
  log.info('letter put back', { letterId, ...next.redriven })
  return next
}

const putBack = async ({ letterId, purpose }: Letter, deps: IntakeDeps): Promise<Outcome> => {
  if (purpose.kind === 'batch') return sendAgain(purpose, deps)
  if (purpose.kind === 'unreadable') return { outcome: 'nothing to be done', operationIds: [] }
  const { invocationId, rule } = purpose
  const input: unknown = JSON.parse(await deps.ledger.letterBody(letterId))
  try {
    const { operationIds, notes } = await takeIn({ input, invocationId }, rule, deps)
    const made = operationIds.map((operationId) => `operation ${operationId}`)
    return { outcome: [...made, ...notes].join('; ') || 'no rule is about this alarm', operationIds }
  } catch (error) {
    // The letter's content is at fault, and not the call that names it.
    if (error instanceof InvalidRequest) throw new Refused('the event was refused again', error.problems)
    if (error instanceof TooLarge) throw new Refused(`the event was refused again: ${error.message}`, [])
    throw error
  }
}

/** A message can always be sent: the batch is claimed before anything is done for it. */
const sendAgain = async (
  { operationId, batchId }: { operationId: string; batchId: string },
  { ledger, dispatcher }: IntakeDeps,
): Promise<Outcome> => {
  const batch = await ledger.batch(operationId, batchId)
  if (batch === undefined) return { outcome: 'the batch is not in the ledger', operationIds: [] }
  const operationIds = [operationId]
  if (isEnded(batch)) return { outcome: `the batch has already ended: ${batch.state}`, operationIds }
  // Its call was made or is being made: the poller follows what became of it.
  if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED')
    return { outcome: `the batch waits for no message any more: ${batch.state}`, operationIds }
  const notTaken = await dispatcher.send(batch.provider, [{ operationId, batchId }])
  if (notTaken.size > 0) throw new Unavailable(`the queue of ${batch.provider} does not take the message now`)
  return { outcome: 'sent again to the queue of its provider', operationIds }
}
