import type { ActionManifest } from './manifest.ts'
import type { Work } from './work.ts'

/** What becomes of a node that another operation is acting on: it is left out, or waits until that one has ended. */
export type WhenHeld = (typeof WHEN_HELD)[number]
export const WHEN_HELD = ['skip', 'wait'] as const

/** How many provider calls at once: nodes per call at most, and which batches may be in flight together. */
export type Rollout = { batchSize: number; waves: 'all'; whenHeld: WhenHeld }

/** A request after parsing: defaults applied, ids in one case, each once and sorted. */
export type OperationRequest = Work & {
  nodeIds: readonly string[]
  rollout: Rollout
  reason: string | null
  /** ISO 8601; batches that are not submitted by then are skipped. */
  notAfter: string | null
}

export const MAX_NODES = 100_000
export const MAX_BATCH_SIZE = 1_000

/** Nodes per provider call: what the request wants, within what the provider takes. */
export const batchSizeOf = (rollout: Rollout, action: ActionManifest): number =>
  Math.min(rollout.batchSize, action.nodesPerCall)
