import { type Batch, isEnded } from '../../lib/domain/batch.ts'
import { mapEach } from '../../lib/flow/map-each.ts'
import { finish } from './finish.ts'
import { look, resolve } from './look.ts'
import { send, takeApart, tend } from './move-on.ts'
import { CALLS_AT_ONCE, failed, inState, itsIds, keep, leave, type Pass, type PollDeps, STUCK_MS } from './pass.ts'
import type { Planned, Schedule } from './schedule.ts'

/**
 * One pass over what is due: jobs are looked at, lost answers resolved, what was never sent is sent, ended batches are
 * published, and operations closed. Everything follows from the ledger, so whatever crashed half way is finished here.
 *
 * @param mayLook whether there is time to begin a look at a cloud; what is not looked at stays due
 */
export const pollOnce = async (
  due: readonly Planned[],
  schedule: Schedule,
  deps: PollDeps,
  mayLook: () => boolean = () => true,
): Promise<void> => {
  const pass: Pass = { ...deps, schedule, mayLook }
  for (const one of due) schedule.tryAt(one, deps.clock.now(), deps.pace(STUCK_MS))

  const batches = await rowsOf(due, pass)
  // First what needs no cloud: a slow one must not keep from anybody what is known.
  await finish(batches.filter(isEnded), pass)
  await takeApart(inState(batches, 'SPLIT'), pass)
  await tend(
    due.filter(({ batchId }) => batchId === null),
    pass,
  )

  const [ended] = await Promise.all([
    look(inState(batches, 'RUNNING'), pass),
    send(inState(batches, 'QUEUED'), pass),
    resolve(batches, pass),
  ])
  await finish(ended, pass)
}

/** The batches whose time has really come. */
const rowsOf = async (due: readonly Planned[], pass: Pass): Promise<Batch[]> => {
  const now = pass.clock.now()
  const row = async ({ operationId, batchId, batch: known }: Planned): Promise<Batch[]> => {
    if (batchId === null) return []
    const batch = known ?? (await pass.ledger.batch(operationId, batchId))
    if (batch?.dueAt === undefined) pass.schedule.forget({ operationId, batchId })
    else if (Math.ceil(batch.dueAt) > now) keep(batch, pass)
    // A worker has it; when that is over, it is read anew.
    else if (batch.state === 'SUBMITTING' && batch.lostAt > now) leave(batch, batch.lostAt, pass)
    else return [batch]
    return []
  }
  return (await mapEach(due, CALLS_AT_ONCE, row, failed(pass, 'a batch could not be read'), itsIds)).flat()
}
