import { hindranceOf, type Letter } from '../../lib/domain/letter.ts'

/** A letter as lists and calls about it show it: of its body only the beginning, without what is secret. */
export const letterView = (letter: Letter) => {
  const { letterId, queue, reason, receivedAt, purpose, excerpt, bodyLength, redriven } = letter
  const hindrance = hindranceOf(letter)
  return {
    letterId,
    state: redriven === null ? 'kept' : 'redriven',
    redrivable: hindrance === undefined,
    hindrance: hindrance ?? null,
    queue,
    reason,
    receivedAt: new Date(receivedAt).toISOString(),
    kind: purpose.kind,
    ...(purpose.kind === 'batch' ? { operationId: purpose.operationId, batchId: purpose.batchId } : {}),
    ...(purpose.kind === 'event' ? { rule: purpose.rule } : {}),
    excerpt,
    bodyLength,
    redriven: redriven && { ...redriven, at: new Date(redriven.at).toISOString() },
  }
}
