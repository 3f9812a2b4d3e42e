import { type Batch, isEnded } from '../../../lib/domain/batch.ts'
import type { HoldPage } from '../../../lib/domain/hold-page.ts'
import type { Holder } from '../../../lib/domain/hold.ts'
import type { Evidence } from '../../../lib/domain/evidence.ts'
import type { JobReport } from '../../../lib/domain/job.ts'
import type { Results } from '../../../lib/domain/result.ts'
import type { Submission } from '../../../lib/domain/submission.ts'
import type { WhenHeld } from '../../../lib/domain/request.ts'

/** A batch as the ledger has it, with its nodes and the results so far. */
export type Row = { batch: Batch; nodeIds: readonly string[]; results: Results }

/** Where a worker is in its work on one message; it may stop there for as long as it likes, or die. */
export type Worker =
  | { at: 'idle' }
  | { at: 'read'; row: Row }
  | { at: 'holding'; row: Row; claimed: Batch; over: readonly string[]; tries: number }
  | {
      at: 'refused'
      row: Row
      claimed: Batch
      holders: ReadonlyMap<string, Holder>
      over: readonly string[]
      tries: number
    }
  | { at: 'claiming'; row: Row; claimed: Batch }
  | { at: 'claimed'; row: Row; claimed: Batch }
  | { at: 'answered'; row: Row; claimed: Batch; submission: Submission; sentAt: number }

/** A look of the poller whose conclusion is not written yet. */
export type Look =
  | { of: 'job'; row: Row; report: JobReport }
  | { of: 'traces'; row: Row; evidence: Evidence; lookedAt: number }

/** What the cloud did to a node last. */
export type Act = { operationId: string; batchId: string; at: number; status: 'acting' | 'done' | 'failed' }

/** A call that the network still has, and may deliver until `until`. */
export type Straggler = { operationId: string; batchId: string; nodeIds: readonly string[]; until: number }

/** Everything there is, at one moment. Worlds are never changed, only replaced. */
export type World = {
  now: number
  rows: Readonly<Record<string, Row>>
  page: HoldPage
  messages: readonly string[]
  workers: readonly Worker[]
  look: Look | null
  /** When the poller looks again at a batch whose message it has sent: it only remembers that. */
  sentUntil: Readonly<Record<string, number>>
  stragglers: readonly Straggler[]
  cloud: Readonly<Record<string, Act>>
  /** How often each node was acted on for each operation. */
  applied: Readonly<Record<string, number>>
  /** Faults that may still happen. */
  faults: number
}

export const T0 = 1_000_000
export const NODES = ['n1', 'n2'] as const
export const TRIGGERS = ['op-http', 'op-alarm'] as const

/** Two triggers have asked for the same two nodes, and their batches are on their way. */
export const beginning = (whenHeld: readonly [WhenHeld, WhenHeld], faults: number, workers = 2): World => ({
  now: T0,
  rows: Object.fromEntries(
    TRIGGERS.map((operationId, i) => {
      const batchId = `${operationId}.0001`
      const batch: Batch = {
        provider: 'cloud',
        action: 'restart',
        target: {},
        options: {},
        operationId,
        batchId,
        wave: 1,
        nodes: NODES.length,
        createdAt: T0,
        notAfter: null,
        version: 1,
        sequence: 1,
        published: 1,
        attempt: 0,
        firstTriedAt: null,
        whenHeld: whenHeld[i] ?? 'skip',
        state: 'PLANNED',
      }
      return [batchId, { batch, nodeIds: NODES, results: new Map() } satisfies Row]
    }),
  ),
  page: [],
  messages: TRIGGERS.map((operationId) => `${operationId}.0001`),
  workers: Array.from({ length: workers }, (): Worker => ({ at: 'idle' })),
  look: null,
  sentUntil: {},
  stragglers: [],
  cloud: {},
  applied: {},
  faults,
})

export const isOpen = ({ batch }: Row): boolean => (batch.state === 'SPLIT' ? batch.parts.length > 0 : !isEnded(batch))

/** Nothing is left to be done by anybody. */
export const isOver = (world: World): boolean =>
  !Object.values(world.rows).some(isOpen) && world.look === null && world.workers.every(({ at }) => at === 'idle')
