import { isEnded } from '../../lib/domain/batch.ts'
import { jobChanges, operationChange, type StateChange } from '../../lib/domain/events.ts'
import { hasEnded } from '../../lib/domain/operation.ts'
import { outcomesOf } from '../../lib/domain/result.ts'
import type { Table } from './table.ts'
import type { Watch } from './watch.ts'

/** Every end that the ledger has was published as it is there, and no other end was. */
export const judgePublished = ({ table, watch }: { table: Table; watch: Watch }): void => {
  const ends = new Map(endsIn(table).map((change) => [change.detail.eventId, change]))
  for (const [eventId, { detailType, detail }] of ends) {
    const text = watch.events.get(eventId)
    const expected = `${detailType} ${JSON.stringify(detail)}`
    const { operationId, status } = detail
    if (text === undefined) watch.violate('S3', operationId, `${status} was never published`)
    else if (text !== expected) watch.violate('S3', operationId, `published ${text}, and is ${expected}`)
  }
  for (const [eventId, text] of watch.events) {
    if (ends.has(eventId)) continue
    // The watch keeps the type of an event before its detail, which lib/domain/events.ts has made.
    const { operationId, endedAt } = JSON.parse(text.slice(text.indexOf('{'))) as StateChange['detail']
    if (endedAt !== null) watch.violate('S3', operationId, `published an end that never was: ${text}`)
  }
}

const endsIn = (table: Table): StateChange[] =>
  [...table.operations.values()].filter(hasEnded).flatMap((operation) => {
    const batches = table.batches(operation.operationId).filter(isEnded)
    const ofBatches = batches.flatMap((batch) =>
      jobChanges(batch, outcomesOf(batch, table.nodeIds(batch.batchId), table.results(batch.batchId))),
    )
    return [...ofBatches, operationChange(operation)]
  })
