import type { EventView, OperationView } from './client.ts'
import type { Order } from './demo-file.ts'

/** One operation of the demo as far as it has come. */
export type Run = Unsent | Refused | Accepted
export type Unsent = { order: Order }
export type Refused = { order: Order; refusal: readonly string[] }
export type Accepted = { order: Order; operationId: string; view: OperationView | null }
/** One that was looked at and has ended. */
export type Ended = Accepted & { view: OperationView & { endedAt: string } }

export const isRefused = (run: Run): run is Refused => 'refusal' in run

export const isAccepted = (run: Run): run is Accepted => 'operationId' in run

export const isEnded = (run: Run): run is Ended => isAccepted(run) && run.view !== null && run.view.endedAt !== null

/** States of a batch that are final: the others move on. */
const OPEN = new Set(['PLANNED', 'QUEUED', 'SUBMITTING', 'RUNNING', 'OUTCOME_UNKNOWN', 'SPLIT'])

const isOperationEnd = ({ detail }: EventView, { operationId }: Ended): boolean =>
  detail.batchId === undefined && detail.operationId === operationId && detail.endedAt !== null

/** The events of an ended operation that say that its batches have ended, part by part. */
export const batchEnds = ({ operationId }: Ended, events: readonly EventView[]): EventView[] =>
  events.filter(
    ({ detail }) => detail.batchId !== undefined && detail.operationId === operationId && detail.endedAt !== null,
  )

export const operationEnds = (run: Ended, events: readonly EventView[]): EventView[] =>
  events.filter((event) => isOperationEnd(event, run))

/** How many completion events an ended operation must have, one for itself and one for each batch, and how many came. */
export const completions = (run: Ended, events: readonly EventView[]): { seen: number; expected: number } => {
  const told = new Set(batchEnds(run, events).map(({ detail }) => detail.batchId))
  const batches = run.view.batches.filter(({ state }) => !OPEN.has(state))
  const seen = batches.filter(({ batchId }) => told.has(batchId)).length
  return { seen: seen + Math.min(1, operationEnds(run, events).length), expected: batches.length + 1 }
}

/** Whether nothing more is to be waited for: it ended, and all events that say so have come. */
export const isTold = (run: Run, events: readonly EventView[]): boolean => {
  if (isRefused(run)) return true
  if (!isEnded(run)) return false
  const { seen, expected } = completions(run, events)
  return seen === expected
}
