import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../lib/domain/batch.ts'
import type { Evidence } from '../../../lib/domain/evidence.ts'
import type { Ledger } from '../../../lib/domain/ports.ts'
import type { Clouds } from '../../../lib/flow/clouds.ts'
import { reconcile } from '../../../lib/flow/reconcile.ts'
import type { Api } from '../../../lib/provider-kit/api.ts'
import type { LostSubmission, Provider } from '../../../lib/provider-kit/provider.ts'
import { aManifest, anAction, anUnknown, aRunning, aTiming, nodeId, nodeIds, T0 } from '../../helpers/builders.ts'

const untouched: Evidence = {
  kind: 'seen',
  traces: new Map(nodeIds(2).map((id) => [id, 'untouched'])),
  jobIds: [],
  note: 'looked',
}
const applied: Evidence = { ...untouched, traces: new Map(nodeIds(2).map((id) => [id, 'applied'])), jobIds: ['job-7'] }

type Scene = { from?: number; lookMs?: number; saves?: boolean; api?: () => Promise<Api> }

/** A look that shows `evidence`, begun at `from` and over `lookMs` later. */
const sceneWith = (evidence: Evidence, { from = T0, lookMs = 0, saves = true, api }: Scene = {}) => {
  let now = from
  const looks: LostSubmission[] = []
  const saved: Batch[] = []
  const manifest = aManifest({ actions: { restart: anAction({ timing: aTiming({ traceMs: 50_000 }) }) } })
  // What reconciling asks of the ledger and of the clouds, and nothing else of them.
  const ledger = {
    nodeIds: async () => nodeIds(2),
    saveBatch: async (next) => {
      saved.push(next)
      return saves
    },
  } as Partial<Ledger> as Ledger
  const provider = {
    reconcile: async (lost) => {
      looks.push(lost)
      now += lookMs
      return evidence
    },
  } as Partial<Provider> as Provider
  const clouds = {
    find: () => ({ provider, manifest }),
    api: api ?? (async () => ({ now: () => now, send: () => Promise.reject(new Error('nothing is asked')) })),
    pace: (ms: number) => ms,
  } as Partial<Clouds> as Clouds
  const deps = { ledger, clouds, clock: { now: () => now, sleep: async () => {} } }
  return { looks, saved, reconcile: (batch: Batch) => reconcile(batch, deps) }
}

const { settledAt } = anUnknown()
const GRACE_OVER = settledAt + aTiming().graceMs

describe('a batch whose answer was lost', () => {
  it('is looked for by what was sent and when, and goes on as was seen', async () => {
    const scene = sceneWith(applied, { from: T0 + 5_000 })

    const next = await scene.reconcile(anUnknown())

    const { provider, action, target, options, batchId, sentAt } = anUnknown()
    expect(scene.looks).toMatchObject([
      { provider, action, target, options, batchId, sentAt, settledAt, nodeIds: nodeIds(2) },
    ])
    expect(next).toMatchObject({ state: 'RUNNING', jobIds: ['job-7'] })
    expect(scene.saved).toStrictEqual([next])
  })

  it('is not taken for untouched by a look that began within the grace time', async () => {
    const scene = sceneWith(untouched, { from: GRACE_OVER - 1, lookMs: 20_000 })

    const next = await scene.reconcile(anUnknown({ lastLookAt: GRACE_OVER - 2 }))

    expect(next?.state).toBe('OUTCOME_UNKNOWN')
  })

  it('is not taken for untouched when a slow look may have missed a trace that passes', async () => {
    const since = { lastLookAt: GRACE_OVER - 25_000 }

    const [quick, slow] = await Promise.all(
      [24_000, 26_000].map((lookMs) => sceneWith(untouched, { from: GRACE_OVER, lookMs }).reconcile(anUnknown(since))),
    )

    expect([quick?.state, slow?.state]).toEqual(['QUEUED', 'NEEDS_ATTENTION'])
  })

  it('is looked at again when it could not be looked at', async () => {
    const api = async () => {
      throw new Error('there are no credentials')
    }

    const next = await sceneWith(applied, { api }).reconcile(anUnknown())

    expect(next).toMatchObject({ state: 'OUTCOME_UNKNOWN', misses: 1, lastLookAt: null })
  })

  it('is left to who was first to write what became of it', async () => {
    expect(await sceneWith(applied, { saves: false }).reconcile(anUnknown())).toBeUndefined()
  })
})

it('a batch whose outcome is known is not looked for', async () => {
  const scene = sceneWith(applied)
  const batch = aRunning({ jobIds: [nodeId(1)] })

  expect(await scene.reconcile(batch)).toBe(batch)
  expect([scene.looks, scene.saved]).toEqual([[], []])
})
