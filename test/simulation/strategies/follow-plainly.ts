import { workOn } from '../../../functions/poller/work-on.ts'
import type { Batch } from '../../../lib/domain/batch.ts'
import type { Dispatcher } from '../../../lib/domain/ports.ts'
import type { Deps } from '../functions.ts'
import { LEFT_TO_QUEUE } from './accept-plainly.ts'

const MOST_SENDS = 5

/**
 * Drover's own poller for what was accepted: follows the jobs, publishes, ends the operations. What waits to be submitted
 * is the queue's business, so it is sent once (the halves of a call that one bad node spoilt), and never again.
 */
export const followPlainly = (holder: string, termMs: number, deps: Deps): Promise<number> => {
  const { ledger, dispatcher } = deps
  const saveBatch = (next: Batch) => ledger.saveBatch(next.state === 'QUEUED' ? { ...next, ...LEFT_TO_QUEUE } : next)
  return workOn(holder, termMs, { ...deps, ledger: { ...ledger, saveBatch }, dispatcher: insisting(dispatcher) })
}

const insisting = (dispatcher: Dispatcher): Dispatcher => ({
  send: async (provider, messages) => {
    let notTaken: ReadonlySet<string> = new Set(messages.map(({ batchId }) => batchId))
    for (let tries = 0; tries < MOST_SENDS && notTaken.size > 0; tries += 1)
      notTaken = await dispatcher.send(
        provider,
        messages.filter(({ batchId }) => notTaken.has(batchId)),
      )
    return notTaken
  },
})
