import { expect, test, vi } from 'vitest'
import { invoke, type InvokeDeps } from '../../../../functions/invoker/invoke.ts'
import type { Batch } from '../../../../lib/domain/batch.ts'
import { aBatch, aManifest, nodeIds, T0 } from '../../../helpers/builders.ts'

test('an answer that comes after the claim was taken for lost changes nothing, and is told as what it is', async () => {
  const batch = aBatch()
  const saved: Batch[] = []
  const messages: string[] = []
  const reconcile = vi.fn()
  const submit = async () => ({ kind: 'ambiguous', code: 'Timeout', reason: 'no answer' })
  // What a worker needs of its surroundings to submit one batch, which the poller has taken over meanwhile.
  const deps = {
    ledger: {
      batch: async () => batch,
      nodeIds: async () => nodeIds(2),
      updateHolds: async () => ({ page: [], holders: new Map() }),
      saveBatch: async (next: Batch) => saved.push(next) === 1,
    },
    clouds: {
      pace: (ms: number) => ms,
      find: () => ({ provider: { submit, reconcile }, manifest: aManifest({ rateLimits: [] }) }),
      api: async () => ({}),
    },
    clock: { now: () => T0 },
    log: { info: (message: string) => messages.push(message), warn: (message: string) => messages.push(message) },
    metrics: { count: () => {} },
    callMs: 30_000,
  } as unknown as InvokeDeps

  await invoke(batch, deps)

  expect(saved.map(({ state }) => state)).toEqual(['SUBMITTING', 'OUTCOME_UNKNOWN'])
  expect(reconcile).not.toHaveBeenCalled()
  expect(messages).toEqual(['batch submitted', 'answer came too late'])
})
