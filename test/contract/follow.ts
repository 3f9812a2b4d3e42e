import type { NodeReport } from '../../lib/domain/job.ts'
import type { FollowedJob } from '../../lib/provider-kit/provider.ts'
import type { Trace } from '../../lib/domain/evidence.ts'
import type { Lab } from './lab.ts'

export type Ending = {
  /** `over`: every node has its outcome. `open`: still running at the deadline. */
  kind: 'over' | 'open' | 'gone'
  outcomes: ReadonlyMap<string, Pick<NodeReport, 'outcome' | 'code'>>
}

/** Looks at a job until it is over, gone for longer than it may be invisible, or at its deadline. Throws for a failed look. */
export const follow = async (lab: Lab, started: FollowedJob): Promise<Ending> => {
  const outcomes = new Map<string, Pick<NodeReport, 'outcome' | 'code'>>()
  const end = (kind: Ending['kind']): Ending => ({ kind, outcomes })
  const note = ({ nodeId, outcome, code }: NodeReport) => {
    const known = outcomes.get(nodeId)
    if (!started.nodeIds.includes(nodeId)) throw new Error(`${nodeId} is not of the batch`)
    if (known !== undefined && known.outcome !== outcome) throw new Error(`${nodeId} was ${known.outcome} before`)
    outcomes.set(nodeId, { outcome, code })
  }
  let job = started
  // At steps that grow with the job's age, so that a long one takes no more looks than a short one.
  const stepMs = () => Math.max(lab.timing.expectedMs / 4, (lab.now() - job.submittedAt) / 8)
  for (; lab.now() < job.submittedAt + lab.timing.deadlineMs; lab.advance(stepMs())) {
    const [report] = await onlyReading(lab, () => lab.provider.poll([job], lab.api))
    if (report === undefined || report.kind === 'unreadable') throw new Error(`a look failed: ${report?.reason}`)
    if (report.kind === 'gone' && lab.now() > job.submittedAt + job.visibilityMs) return end('gone')
    if (report.kind === 'gone') continue

    for (const node of report.nodes) note(node)
    if (report.kind === 'running') job = report.memo === undefined ? job : { ...job, memo: report.memo }
    else {
      for (const nodeId of job.nodeIds) if (!outcomes.has(nodeId)) note({ nodeId, ...report.rest })
      return end('over')
    }
  }
  return end('open')
}

/** Submits and follows; throws when it is not accepted. */
export const submitAndFollow = async (lab: Lab, nodeIds = lab.nodeIds): Promise<Ending> => {
  const submittedAt = lab.now()
  const submission = await lab.submit(lab.api, nodeIds)
  if (submission.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(submission)}`)
  return follow(lab, lab.job(submission.jobIds, { submittedAt, nodeIds }))
}

export type Resolution = { traces: ReadonlyMap<string, Trace>; jobIds: readonly string[] }

/**
 * Looks for traces of the submission that was lost at this moment, no more rarely than a passing trace needs, until all nodes show one
 * or the grace time is over; what the last look said.
 */
export const resolve = async (lab: Lab, lost = lab.lost()): Promise<Resolution> => {
  const { graceMs, traceMs } = lab.timing
  const gapMs = Math.min(graceMs / 2, (traceMs ?? Number.POSITIVE_INFINITY) / 3)
  for (;;) {
    const evidence = await onlyReading(lab, () => lab.provider.reconcile(lost, lab.api))
    if (evidence.kind === 'unreadable') throw new Error(`a look failed: ${evidence.code} ${evidence.reason}`)
    const isApplied = lost.nodeIds.every((id) => evidence.traces.get(id) === 'applied')
    if (isApplied || lab.now() > lost.settledAt + graceMs) return evidence
    lab.advance(gapMs)
  }
}

/** The same outcome for every node, to compare with. */
export const allAs = (nodeIds: readonly string[], outcome: NodeReport['outcome'], code: string | null = null) =>
  new Map(nodeIds.map((id) => [id, { outcome, code }]))

/** Runs a look and throws when it sent anything but reads. */
const onlyReading = async <T>(lab: Lab, look: () => Promise<T>): Promise<T> => {
  const before = lab.requests().length
  const result = await look()
  const sent = lab.requests().slice(before)
  if (sent.some(({ method }) => method !== 'GET')) throw new Error('a look acted on the cloud')
  return result
}
