import { describe, expect, it } from 'vitest'
import type { PollDeps } from '../../../../functions/poller/pass.ts'
import { pollOnce } from '../../../../functions/poller/poll-once.ts'
import { createSchedule } from '../../../../functions/poller/schedule.ts'
import type { Batch } from '../../../../lib/domain/batch.ts'
import type { Evidence } from '../../../../lib/domain/evidence.ts'
import { aManifest, aSubmitting, nodeIds, T0 } from '../../../helpers/builders.ts'

const unclear: Evidence = { kind: 'seen', traces: new Map(), jobIds: [], note: 'nothing was seen' }

/** A pass at T0 over a batch that a worker has claimed until `lostAt`, and that was due before: what is written of it. */
const passOver = async (lostAt: number) => {
  const batch = aSubmitting({ dueAt: T0 - 1_000, claimedAt: T0 - 20_000, lostAt })
  const written: Batch[] = []
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const deps = {
    ledger: {
      batch: async () => batch,
      nodeIds: async () => nodeIds(2),
      saveBatch: async (next: Batch) => written.push(next) > 0,
    },
    clouds: {
      find: () => ({ provider: { reconcile: async () => unclear }, manifest: aManifest() }),
      api: async () => undefined,
      pace: (ms: number) => ms,
    },
    clock: { now: () => T0, sleep: async () => {} },
    pace: (ms: number) => ms,
    log,
    metrics: { count: () => {}, flush: () => {} },
  } as unknown as PollDeps // all that such a pass needs
  const schedule = createSchedule()
  const { provider, operationId, batchId, dueAt } = batch
  schedule.see([{ provider, operationId, batchId, dueAt }], true)
  await pollOnce(schedule.dueBy(T0), schedule, deps)
  return { written, nextAt: schedule.nextAt() }
}

describe('a batch that a worker has claimed', () => {
  it('is left to it for as long as the claim lasts, and looked at then', async () => {
    expect(await passOver(T0 + 25_000)).toEqual({ written: [], nextAt: T0 + 25_000 })
  })

  it('is looked into when the claim is over', async () => {
    const { written } = await passOver(T0)

    expect(written[0]).toMatchObject({ state: 'OUTCOME_UNKNOWN', code: 'WorkerLost' })
  })
})
