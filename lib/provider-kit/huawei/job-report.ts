import type { JobReport, NodeReport, Remainder } from '../../domain/job.ts'
import { type CodeTable, ruleOf } from '../classify.ts'
import type { JobDocument } from './job-document.ts'

type Part = Omit<JobDocument, 'subJobs'>

/**
 * What a job document says of the nodes of its batch. Each node's outcome comes from its sub job and never from the
 * parent, which is FAIL as soon as one sub job failed (huawei-otc.md, section 2, "Partial failure"). The job is over
 * when the parent says so, seconds after the last sub job.
 */
export const jobReport = (job: JobDocument, nodeIds: readonly string[], codes: CodeTable): JobReport => {
  const nodes = nodesOf(job, new Set(nodeIds), codes)
  if (!isOver(job)) return { kind: 'running', nodes }
  return { kind: 'ended', nodes, rest: restOf(job), ...(job.endedAt === null ? {} : { endedAt: job.endedAt }) }
}

/** Unknown words are pending, as in every client (section 2); PENDING_PAYMENT is among them. */
const isOver = ({ status }: Part): boolean => status === 'SUCCESS' || status === 'FAIL'

const nodesOf = (job: JobDocument, nodeIds: ReadonlySet<string>, codes: CodeTable): NodeReport[] => {
  const [onlyNode] = nodeIds.size === 1 ? nodeIds : []
  const parts = job.subJobs.length > 0 ? job.subJobs : [job]
  const byNode = new Map<string, Part[]>()
  for (const part of parts) {
    const nodeId = part.serverId ?? onlyNode
    if (nodeId === undefined || !nodeIds.has(nodeId)) continue
    byNode.set(nodeId, [...(byNode.get(nodeId) ?? []), part])
  }
  return [...byNode].flatMap(([nodeId, own]) => nodeReport(nodeId, own, codes) ?? [])
}

/** A node named twice is over when all of it is, and well when all of it is. */
const nodeReport = (nodeId: string, parts: readonly Part[], codes: CodeTable): NodeReport | undefined => {
  if (!parts.every(isOver)) return undefined
  const failed = parts.find((part) => part.status === 'FAIL')
  // A node that is well has the batch's job: a thousand ids of sub jobs that nobody asks for are most of what is stored.
  if (failed === undefined) return { nodeId, outcome: 'succeeded', code: null, reason: null }

  // The goal may have been met before the job came to it: already stopped, or gone on delete (section 6.2).
  const goalMet = ruleOf(codes, failed.code)?.means === 'achieved'
  return {
    nodeId,
    outcome: goalMet ? 'succeeded' : 'failed',
    code: failed.code ?? 'JobFailed',
    reason: failed.reason ?? 'the provider gave no reason',
    ...(failed.jobId ? { jobId: failed.jobId } : {}),
  }
}

const restOf = ({ status, code, reason }: JobDocument): Remainder => {
  const said = [code, reason].filter((text) => text !== null).join(': ')
  return {
    outcome: 'unknown',
    code: 'NotReported',
    reason: `the job ended as ${status} without saying what became of this server${said === '' ? '' : ` (${said})`}`,
  }
}
