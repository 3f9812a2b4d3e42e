import { expect, test } from 'vitest'
import type { Batch } from '../../../lib/domain/batch.ts'
import type { Evidence } from '../../../lib/domain/evidence.ts'
import { reconcile, type ReconcileDeps } from '../../../lib/flow/reconcile.ts'
import { anAction, aManifest, anUnknown, aTiming, nodeIds, T0 } from '../../helpers/builders.ts'

/** A look that begins at `at` (ms) and takes so long, at a cloud that shows no trace. */
const untouchedAfter = async (batch: Batch, at: number, takesMs: number): Promise<Batch | undefined> => {
  let now = at
  const evidence: Evidence = {
    kind: 'seen',
    traces: new Map(nodeIds(2).map((id) => [id, 'untouched'])),
    jobIds: [],
    note: 'nothing',
  }
  const look = async () => {
    now += takesMs
    return evidence
  }
  const restart = anAction({ timing: aTiming({ traceMs: 50_000, graceMs: 60_000 }) })
  // Of ledger and clouds one look needs no more than this.
  const deps = {
    ledger: { nodeIds: async () => nodeIds(2), saveBatch: async () => true },
    clouds: {
      pace: (ms: number) => ms,
      find: () => ({ provider: { reconcile: look }, manifest: aManifest({ actions: { restart } }) }),
      api: async () => ({}),
    },
    clock: { now: () => now },
  } as unknown as ReconcileDeps
  return reconcile(batch, deps)
}

test('a trace can have come and gone until the end of a look that took its time', async () => {
  const watched = anUnknown({ lastLookAt: T0 + 30_000, longestGapMs: 15_000 })

  const inTime = await untouchedAfter(watched, T0 + 75_000, 4_000)
  const late = await untouchedAfter(watched, T0 + 75_000, 10_000)

  expect([inTime?.state, late?.state]).toEqual(['QUEUED', 'NEEDS_ATTENTION'])
})

test('what a look did not see may have come to be while it lasted: it must begin after the grace time', async () => {
  const watched = anUnknown({ lastLookAt: T0 + 50_000, longestGapMs: 15_000 })

  const looked = await untouchedAfter(watched, T0 + 60_500, 5_000)

  expect(looked?.state).toBe('OUTCOME_UNKNOWN')
})
