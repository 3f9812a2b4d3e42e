import type { Batch } from './batch.ts'
import type { Breaker } from './breaker.ts'
import type { StateChange } from './events.ts'
import type { HoldPage } from './hold-page.ts'
import type { Letter, NewLetter } from './letter.ts'
import type { Operation } from './operation.ts'
import type { Rate } from './rate.ts'
import type { Results } from './result.ts'

export type Clock = {
  /** ms since the epoch. */
  now: () => number
  sleep: (ms: number) => Promise<void>
}

/** A batch, or an operation where `batchId` is null, that asks for something from `dueAt` on. */
export type Open = { provider: string; operationId: string; batchId: string | null; dueAt: number }

export type OperationQuery = {
  status?: string | undefined
  provider?: string | undefined
  limit: number
  cursor?: string | undefined
}

export type LetterQuery = {
  /** Only those that can be put back and were not so far. */
  waiting?: boolean | undefined
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

  /** The first `limit` of all that is open, by whole ms of when it is due. It may be a moment old: whoever acts on it reads or claims it first. */
  agenda: (limit: number) => Promise<readonly Open[]>

  /** Changes a shared rate count in one step; `change` may be called more than once. */
  updateRate: <T>(scope: string, change: (rate: Rate) => { rate: Rate; result: T }, now: number) => Promise<T>
  /** Changes a page of holds in one step; `change` may be called more than once. */
  updateHolds: <T>(name: string, change: (page: HoldPage) => { page: HoldPage; result: T }, now: number) => Promise<T>
  /**
   * Changes what is known of a credential in one step, and reads it; `change` may be called more than once. `name` says
   * nothing of the credential.
   */
  updateBreaker: <T>(
    name: string,
    change: (breaker: Breaker) => { breaker: Breaker; result: T },
    now: number,
  ) => Promise<T>
  /** Takes a name until `until`; `false` while somebody else's time is not over. The same holder may take it again. */
  acquire: (name: string, holder: string, now: number, until: number) => Promise<boolean>
  release: (name: string, holder: string) => Promise<void>
  /** Until when somebody holds a name, ms; 0 when nobody ever did, or gave it back. */
  heldUntil: (name: string) => Promise<number>

  /** Keeps what could not be worked on; `false` when there is a letter of its id already. A body that is too large is cut. */
  keepLetter: (letter: NewLetter) => Promise<boolean>
  letter: (letterId: string) => Promise<Letter | undefined>
  /** The body of a letter, as it was kept. */
  letterBody: (letterId: string) => Promise<string>
  /** Replaces a letter that was not put back so far. */
  saveLetter: (next: Letter) => Promise<boolean>
  /** Newest first, as operations are. */
  listLetters: (query: LetterQuery) => Promise<{ items: readonly Letter[]; nextCursor: string | null }>
}

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
