import { type Batch, isEnded } from './batch.ts'
import { fingerprint } from './fingerprint.ts'
import { hasEnded, type Operation } from './operation.ts'
import { type Counts, noCounts, type NodeOutcome } from './outcome.ts'
import type { Options, Target } from './work.ts'

/** A change of state as it goes out on the bus. Made from the ledger alone: repeated, it is the same to the letter. */
export type StateChange = { detailType: DetailType; time: string; detail: OperationChange | JobChange }

export const OPERATION_CHANGE = 'Node Operation State Change'
export const JOB_CHANGE = 'Node Operation Job State Change'
export type DetailType = typeof OPERATION_CHANGE | typeof JOB_CHANGE

type Change = {
  /** Of the schema. */
  version: '1'
  /** The same for every repetition of one change. */
  eventId: string
  /** Rises with every change of one operation or batch: of two events the higher one is newer. */
  sequence: number
  operationId: string
  status: string
  provider: string
  action: string
  target: Target
  options: Options
  counts: Counts
  createdAt: string
  endedAt: string | null
}

export type OperationChange = Change & {
  trigger: string
  reason: string | null
  principal: string | null
  retryOf: string | null
}

export type JobChange = Change & {
  batchId: string
  wave: number
  jobIds: readonly string[]
  code: string | null
  reason: string | null
  /** Outcomes of the nodes, once the batch has ended; very long lists come in several events. */
  nodes: readonly NodeOutcome[]
  part: number
  parts: number
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** The event of an operation's present state. */
export const operationChange = (operation: Operation): StateChange => {
  const ended = hasEnded(operation)
  const { operationId, provider, action, target, options, trigger, reason, principal, retryOf, sequence } = operation
  return {
    detailType: OPERATION_CHANGE,
    time: iso(operation.endedAt ?? operation.createdAt),
    detail: {
      version: '1',
      eventId: fingerprint(operationId, String(sequence)).slice(0, 32),
      sequence,
      operationId,
      status: operation.status,
      provider,
      action,
      target,
      options,
      // While it runs its counts move, and an event that is repeated must not.
      counts: ended ? operation.counts : allOpen(operation.counts.total, 'pending'),
      createdAt: iso(operation.createdAt),
      endedAt: operation.endedAt === null ? null : iso(operation.endedAt),
      trigger,
      reason,
      principal,
      retryOf,
    },
  }
}

const allOpen = (total: number, open: 'pending' | 'running'): Counts => ({ ...noCounts, total, [open]: total })

/** Room for outcomes in one event, bytes of JSON: the bus takes 256 KB an entry everywhere. */
const MAX_NODES_BYTES = 200_000

/** Whether a batch's present state is one that others are told of. */
export const isPublic = (batch: Batch): boolean => batch.state === 'RUNNING' || isEnded(batch)

/** The event of a batch's present state, in as many parts as its outcomes need. */
export const jobChanges = (batch: Batch, outcomes: readonly NodeOutcome[]): StateChange[] => {
  const ended = isEnded(batch)
  const parts = ended ? inParts(outcomes) : [[]]
  const since = batch.state === 'RUNNING' ? batch.submittedAt : batch.createdAt
  return parts.map((nodes, i) => ({
    detailType: JOB_CHANGE,
    time: iso(ended ? batch.endedAt : since),
    detail: {
      version: '1',
      eventId: fingerprint(batch.batchId, String(batch.sequence), String(i)).slice(0, 32),
      sequence: batch.sequence,
      operationId: batch.operationId,
      batchId: batch.batchId,
      wave: batch.wave,
      status: batch.state,
      provider: batch.provider,
      action: batch.action,
      target: batch.target,
      options: batch.options,
      counts: ended ? batch.counts : allOpen(batch.nodes, 'running'),
      createdAt: iso(batch.createdAt),
      endedAt: ended ? iso(batch.endedAt) : null,
      jobIds: ended || batch.state === 'RUNNING' ? batch.jobIds : [],
      code: ended ? batch.code : null,
      reason: ended ? batch.reason : null,
      nodes,
      part: i + 1,
      parts: parts.length,
    },
  }))
}

const inParts = (outcomes: readonly NodeOutcome[]): NodeOutcome[][] => {
  const parts: NodeOutcome[][] = [[]]
  let room = MAX_NODES_BYTES
  for (const outcome of outcomes) {
    const size = Buffer.byteLength(JSON.stringify(outcome)) + 1
    if (size > room) {
      parts.push([])
      room = MAX_NODES_BYTES
    }
    parts.at(-1)?.push(outcome)
    room -= size
  }
  return parts
}
