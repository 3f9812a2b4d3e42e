import type { Fault } from '../simulators/simulator.ts'
import { isAccepted, type Accepted, type Run } from './run.ts'
import type { Submission } from './submissions.ts'
import { counted, type Paint } from './text.ts'

/** A fault of the example, and when it happened to a request (ms since the epoch). */
export type Injected = { provider: string; fault: Fault; at: readonly number[] }

const LONGEST_BODY = 70

const shortened = (body: string): string => {
  const line = body.replaceAll(/\s+/g, ' ')
  return line.length > LONGEST_BODY ? `${line.slice(0, LONGEST_BODY - 1)}…` : line
}

const what = ({ then }: Fault): string => {
  switch (then.kind) {
    case 'close':
      return 'the answer was lost'
    case 'hang':
      return 'no answer came'
    case 'truncate':
      return 'the answer broke off'
    case 'delay':
      return `the answer came ${then.ms} ms late`
    case 'reply':
      return `the answer was ${then.status} ${shortened(then.body)}`.trim()
  }
}

const when = ({ when: moment }: Fault): string =>
  moment === 'after' ? 'the cloud had acted' : 'the cloud had done nothing'

/** What followed on a call, judged by its answer and by whether its batch was sent again. */
const sequel = (answer: string, again: boolean): string => {
  if (answer === 'accepted') return 'accepted all the same'
  if (answer !== 'ambiguous') return again ? `${answer}, so it waited and was sent again` : answer
  return again
    ? 'it may have acted; the cloud showed no trace of it, so it was sent again'
    : 'it may have acted; the cloud showed that it had, so it was never sent again'
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
      `${paint('bold', provider)} · ${what(fault)}; ${when(fault)}`,
      ...(at.length === 0 ? ['  no request came that it could happen to'] : stories),
    ]
  })
