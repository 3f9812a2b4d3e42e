import type { Submission } from '../../../lib/domain/submission.ts'
import { fault, later, type Step, withWorker } from './change.ts'
import { act } from './cloud-steps.ts'
import type { Worker, World } from './model.ts'
import { GRACE_MS, LATEST_SEND_MS, STEP_MS } from './rules.ts'

/** Everything that can come of a call. */
export const callSteps = (world: World, i: number, { row, claimed }: Extract<Worker, { at: 'claimed' }>): Step[] => {
  const { now } = world
  const { operationId, batchId } = claimed
  const claimedAt = claimed.state === 'SUBMITTING' ? claimed.claimedAt : now
  const answered = (to: World, submission: Submission): World =>
    withWorker(to, i, { at: 'answered', row, claimed, submission, sentAt: now })
  const said = { code: 'code', reason: 'reason' }
  if (now - claimedAt > LATEST_SEND_MS) {
    return [{ name: `worker ${i} was held up`, to: answered(world, { kind: 'not-sent', ...said }) }]
  }
  const call = { operationId, batchId, nodeIds: row.nodeIds }
  const whole = act(world, call)
  const steps: Step[] = [
    { name: `worker ${i} is accepted`, ...whole, to: answered(whole.to, { kind: 'accepted', jobIds: ['job'] }) },
    { name: `worker ${i} is rejected`, to: answered(world, { kind: 'rejected', ...said, perNode: false }) },
  ]
  if (world.faults === 0) return steps
  const ambiguous: Submission = { kind: 'ambiguous', ...said }
  const half = act(world, { ...call, nodeIds: row.nodeIds.slice(0, 1) })
  const straggling = later(world, { stragglers: [...world.stragglers, { ...call, until: now + GRACE_MS - STEP_MS }] })
  const dead: Worker = { at: 'idle' }
  return [
    ...steps,
    {
      name: `worker ${i} is rejected for one node`,
      to: answered(fault(world), { kind: 'rejected', ...said, perNode: true }),
    },
    { name: `worker ${i} is throttled`, to: answered(fault(world), { kind: 'throttled', ...said, waitMs: STEP_MS }) },
    { name: `worker ${i} does not get through`, to: answered(fault(world), { kind: 'not-sent', ...said }) },
    { name: `worker ${i} loses the answer, applied`, ...whole, to: answered(fault(whole.to), ambiguous) },
    { name: `worker ${i} loses the answer, half applied`, ...half, to: answered(fault(half.to), ambiguous) },
    { name: `worker ${i} loses the answer, on its way`, to: answered(fault(straggling), ambiguous) },
    { name: `worker ${i} loses the answer, not applied`, to: answered(fault(world), ambiguous) },
    { name: `worker ${i} dies, applied`, ...whole, to: withWorker(fault(whole.to), i, dead) },
    { name: `worker ${i} dies, on its way`, to: withWorker(fault(straggling), i, dead) },
  ]
}
