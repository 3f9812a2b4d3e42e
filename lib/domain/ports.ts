import type { Batch } from './batch.ts'
import type { StateChange } from './events.ts'
import type { Operation } from './operation.ts'
import type { Rate } from './rate.ts'
import type { Results } from './result.ts'

export type Clock = {
  /** ms since the epoch. */
  now: () => number
  sleep: (ms: number) => Promise<void>
}

/** What the poller must look at, most overdue first. It may be a moment old: whoever acts on it reads or claims it first. */
export type Due = {
  operations: readonly Operation[]
  batches: readonly Batch[]
  /** What is due and cannot be read, and why: somebody must look. */
  unreadable: readonly string[]
}

export type OperationQuery = {
  status?: string | undefined
  provider?: string | undefined
  limit: number
  cursor?: string | undefined
}

/**
 * The ledger: everything that Drover knows. Every write is conditional, so that of two writers at once one is told `false`
 * and has changed nothing; no method reads more than it needs. Throws when the store cannot be reached.
 */
export type Ledger = {
  /** Creates it, unless there is one of this id: `false`. */
  createOperation: (operation: Operation) => Promise<boolean>
  operation: (operationId: string) => Promise<Operation | undefined>
  /** Replaces the operation whose version is one below. */
  saveOperation: (next: Operation) => Promise<boolean>
  /** Newest first, without those still in planning. `nextCursor` is null at the end; throws InvalidRequest for a cursor that is not its own. */
  listOperations: (query: OperationQuery) => Promise<{ items: readonly Operation[]; nextCursor: string | null }>

  /** Creates the batch and its nodes, unless they are there: then nothing changes. Throws Conflict when it is there with other nodes. */
  createBatch: (batch: Batch, nodeIds: readonly string[]) => Promise<void>
  batch: (operationId: string, batchId: string) => Promise<Batch | undefined>
  /** All batches of an operation, in the order of their ids. */
  batches: (operationId: string) => Promise<readonly Batch[]>
  /** Replaces the batch whose version is one below. */
  saveBatch: (next: Batch) => Promise<boolean>
  nodeIds: (operationId: string, batchId: string) => Promise<readonly string[]>
  results: (operationId: string, batchId: string) => Promise<Results>
  /** Writes the results so far; `nodeIds` are the batch's, in their order. `false` when somebody else wrote other ones that are as many or more. */
  saveResults: (operationId: string, batchId: string, nodeIds: readonly string[], results: Results) => Promise<boolean>

  /** Up to `limit` things whose time has come. */
  due: (now: number, limit: number) => Promise<Due>
  /** When the next thing is due, or null when nothing is open. */
  nextDueAt: () => Promise<number | null>

  /** Changes a shared rate count in one step; `change` may be called more than once. */
  updateRate: <T>(scope: string, change: (rate: Rate) => { rate: Rate; result: T }, now: number) => Promise<T>
  /** Takes a name until `until`; `false` while somebody else's time is not over. The same holder may take it again. */
  acquire: (name: string, holder: string, now: number, until: number) => Promise<boolean>
  release: (name: string, holder: string) => Promise<void>
  /** Keeps a message that could not be worked on, so that nothing is lost without a trace; `false` when it is kept already. */
  keepLetter: (letter: Letter) => Promise<boolean>
}

/** A message that could not be worked on, without anything secret. */
export type Letter = { letterId: string; queue: string; body: string; reason: string; receivedAt: number }

/** The message that hands a batch to its provider's invoker: the ledger has the rest. */
export type BatchMessage = { operationId: string; batchId: string }

export type Dispatcher = {
  /** Sends the messages; answers the batch ids whose messages were not surely taken. */
  send: (provider: string, messages: readonly BatchMessage[]) => Promise<ReadonlySet<string>>
}

export type Bus = {
  /** Publishes; answers the indices of those that were not taken. */
  publish: (changes: readonly StateChange[]) => Promise<ReadonlySet<number>>
}
