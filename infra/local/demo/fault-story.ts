import type { Fault } from '../simulators/simulator.ts'
import { isAccepted, type Accepted, type Run } from './run.ts'
import type { Submission } from './submissions.ts'
import { count, counted, type Paint } from './text.ts'

/** A fault of the example, and when it happened to a request (ms since the epoch). */
export type Injected = { provider: string; fault: Fault; at: readonly number[] }

const LONGEST_BODY = 60

const shortened = (body: string): string => {
  const line = body.replaceAll(/\s+/g, ' ')
  return line.length > LONGEST_BODY ? `${line.slice(0, LONGEST_BODY - 1)}…` : line
}

const answered = ({ then }: Fault): string => {
  switch (then.kind) {
    case 'close':
      return 'its answer was lost'
    case 'hang':
      return 'it never answered'
    case 'truncate':
      return 'its answer broke off'
    case 'delay':
      return `it answered ${count(then.ms)} ms late`
    case 'reply':
      return `it answered ${then.status} ${shortened(then.body)}`.trim()
  }
}

const cause = (fault: Fault): string =>
  fault.when === 'after' || fault.then.kind === 'delay'
    ? `the cloud acted, but ${answered(fault)}`
    : `the cloud did nothing, and ${answered(fault)}`

/** What followed on a call, judged by its answer and by whether its batch was sent again. */
const sequel = (answer: string, again: boolean): string => {
  if (answer !== 'ambiguous') return again ? `${answer}: waited, then sent again` : answer
  return again
    ? 'may have acted or not; no trace of it in the cloud: sent again'
    : 'may have acted or not; its traces in the cloud prove it did: not sent again'
}

const storyOf = (call: Submission, calls: readonly Submission[], runs: readonly Accepted[]): string => {
  const run = runs.find(({ operationId }) => operationId === call.operationId)
  const batch = run?.view?.batches.find(({ batchId }) => batchId === call.batchId)
  const again = calls.some(({ batchId, time }) => batchId === call.batchId && time > call.time)
  const nodes = batch === undefined ? 'a batch that was split later' : counted(batch.nodes, 'node')
  return `${run?.order.name ?? '?'}, ${nodes}: ${sequel(call.answer, again)}${batch ? ` → ${batch.state}` : ''}`
}

/** What a call that reached the cloud can have come to, when all was not well. */
const ODD = new Set(['ambiguous', 'throttled', 'rejected'])

/** What was done to the requests on purpose, and what came of each. */
export const faultStory = (
  faults: readonly Injected[],
  { runs, calls, paint }: { runs: readonly Run[]; calls: readonly Submission[]; paint: Paint },
): string[] =>
  faults.flatMap(({ provider, fault, at }) => {
    const its = runs.filter(isAccepted).filter(({ order }) => order.provider === provider)
    const own = calls.filter(({ operationId }) => its.some((run) => run.operationId === operationId))
    // The call that was answered next is the one that the fault happened to, unless nothing was odd about its answer.
    const hit = at.flatMap((begun) => own.find((call) => call.time >= begun && ODD.has(call.answer)) ?? [])
    const stories = hit.map((call) => `  ${storyOf(call, own, its)}`)
    return [
      `${paint('bold', provider)} · ${cause(fault)}`,
      ...(at.length === 0 ? ['  no request came that it could happen to'] : stories),
    ]
  })
