import { vi } from 'vitest'
import type { PollDeps } from '../../../../functions/poller/pass.ts'
import type { Batch } from '../../../../lib/domain/batch.ts'
import type { StateChange } from '../../../../lib/domain/events.ts'
import type { JobReport } from '../../../../lib/domain/job.ts'
import type { Ledger } from '../../../../lib/domain/ports.ts'
import { aManifest, anOperation, nodeIds } from '../../../helpers/builders.ts'

const notFound: JobReport = { kind: 'unreadable', code: 'ETIMEDOUT', reason: 'no answer', waitMs: null, auth: false }

/**
 * What a poller works with, at the time of the test's timers: one operation and its batches in memory, and clouds of which a
 * look takes so long, ms, and shows nothing.
 */
export const pollerWith = (batches: readonly Batch[], lookMs: (provider: string) => number = () => 10) => {
  const rows = new Map(batches.map((batch) => [batch.batchId, batch]))
  let operation = anOperation()
  const looks: { provider: string; batchId: string; at: number }[] = []
  const published: string[] = []
  const errors: unknown[] = []
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  const ledger = {
    acquire: vi.fn<Ledger['acquire']>(async () => true),
    heldUntil: vi.fn<Ledger['heldUntil']>(async () => 0),
    release: vi.fn<Ledger['release']>(async () => {}),
    agenda: vi.fn<Ledger['agenda']>(async (limit) =>
      [...rows.values()]
        .flatMap(({ dueAt, ...open }) => (dueAt === undefined ? [] : [{ ...open, dueAt: Math.ceil(dueAt) }]))
        .toSorted((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit),
    ),
    batch: vi.fn<Ledger['batch']>(async (_, batchId) => rows.get(batchId)),
    batches: vi.fn<Ledger['batches']>(async () => [...rows.values()]),
    saveBatch: vi.fn<Ledger['saveBatch']>(async (next) => {
      if (rows.get(next.batchId)?.version !== next.version - 1) return false
      rows.set(next.batchId, next)
      return true
    }),
    operation: vi.fn<Ledger['operation']>(async () => operation),
    saveOperation: vi.fn<Ledger['saveOperation']>(async (next) => {
      operation = next
      return true
    }),
    nodeIds: vi.fn<Ledger['nodeIds']>(async () => nodeIds(2)),
    results: vi.fn<Ledger['results']>(async () => new Map()),
  }
  const cloudOf = (provider: string) => ({
    manifest: aManifest({ id: provider }),
    poll: async (jobs: readonly { batchId: string }[]): Promise<JobReport[]> => {
      for (const { batchId } of jobs) looks.push({ provider, batchId, at: Date.now() })
      await sleep(lookMs(provider))
      return jobs.map(() => notFound)
    },
  })
  // Of ledger and clouds a poller that looks at jobs needs no more than this.
  const deps = {
    ledger,
    clouds: {
      pace: (ms: number) => ms,
      manifests: () => [],
      find: (id: string) => ({ provider: cloudOf(id), manifest: aManifest({ id }) }),
      api: async () => ({}),
    },
    clock: { now: () => Date.now(), sleep },
    pace: (ms: number) => ms,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: (_: string, of: unknown) => void errors.push(of) },
    metrics: { count: () => {}, flush: () => {} },
    bus: {
      publish: async (changes: readonly StateChange[]) => {
        published.push(...changes.map(({ detail }) => detail.eventId))
        return new Set<number>()
      },
    },
    dispatcher: { send: async () => new Set<string>() },
  } as unknown as PollDeps
  return {
    deps,
    ledger,
    looks,
    published,
    errors,
    row: (batchId: string) => rows.get(batchId),
    operation: () => operation,
  }
}
