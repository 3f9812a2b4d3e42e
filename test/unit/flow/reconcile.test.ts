import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../lib/domain/batch.ts'
import type { Evidence, Trace } from '../../../lib/domain/evidence.ts'
import type { Ledger } from '../../../lib/domain/ports.ts'
import type { Clouds } from '../../../lib/flow/clouds.ts'
import { reconcile } from '../../../lib/flow/reconcile.ts'
import type { Provider } from '../../../lib/provider-kit/provider.ts'
import { aManifest, anUnknown, nodeIds, T0 } from '../../helpers/builders.ts'

const ids = nodeIds(2)
const untouched: Evidence = {
  kind: 'seen',
  traces: new Map(ids.map((id): [string, Trace] => [id, 'untouched'])),
  jobIds: [],
  note: 'nothing was seen',
}

/** A look, `atMs` after the call, that takes so long and finds the nodes untouched: the batch as it is then written. */
const lookAt = async (atMs: number, takesMs: number): Promise<Batch | undefined> => {
  let now = T0 + atMs
  const provider = {
    reconcile: async () => {
      now += takesMs
      return untouched
    },
  } as Partial<Provider> as Provider // all that a look needs of one
  const clouds = {
    find: () => ({ provider, manifest: aManifest() }),
    api: async () => undefined,
    pace: (ms: number) => ms,
  } as unknown as Clouds // the provider above asks no API
  const ledger = { nodeIds: async () => ids, saveBatch: async () => true } as Partial<Ledger> as Ledger
  const batch = anUnknown({ sentAt: T0, settledAt: T0, deadline: T0 + 3_600_000 })
  return reconcile(batch, { ledger, clouds, clock: { now: () => now, sleep: async () => {} } })
}

describe('a look for traces that finds none', () => {
  it('proves nothing when it began within the grace time, however late it ended', async () => {
    expect(await lookAt(59_000, 10_000)).toMatchObject({ state: 'OUTCOME_UNKNOWN' })
  })

  it('proves that nothing was applied when it began after it', async () => {
    expect(await lookAt(60_000, 10_000)).toMatchObject({ state: 'QUEUED' })
  })
})
