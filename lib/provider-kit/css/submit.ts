import type { Submission } from '../../domain/submission.ts'
import type { Work } from '../../domain/work.ts'
import type { Answer, Api, ApiRequest } from '../api.ts'
import { classifyRefusal } from '../classify.ts'
import { readHuaweiError } from '../huawei/error.ts'
import { BUSY_WAIT_MS, cssCodes, isUnknownApi } from './codes.ts'
import { jobIdsIn } from './job-ids.ts'
import { lookAt } from './look.ts'
import { onlyCluster } from './only-cluster.ts'
import { dataNodesCall, restartCalls, restartProblems } from './restart-calls.ts'

/**
 * Restarts one cluster. A second call is made only after the first proved that its path is not served, so that at most
 * one of them can have an effect; the cluster is read only where restart v1 has to be said in v2.
 * Throws Error when it is given anything but one cluster.
 */
export const submitRestart = async (work: Work, nodeIds: readonly string[], api: Api): Promise<Submission> => {
  const clusterId = onlyCluster(nodeIds)
  const problem = restartProblems(work.options, nodeIds)[0]
  if (problem !== undefined) return rejected('OptionsConflict', `${problem.path} ${problem.message}`)

  const { first, fallback } = restartCalls(work.target, work.options, clusterId)
  const begunAt = api.now()
  const answer = await api.send(first)
  if (fallback === null || !isNotServed(answer)) return meaningOf(answer)
  if (fallback !== 'v2 of data nodes') return sendInTime(fallback, begunAt, api)
  return submitDataNodes(work, clusterId, begunAt, api)
}

/** A claim is good for a call and a half: a second call that begins later may end after others have taken it for lost. */
const SECOND_CALL_WITHIN_MS = 12_000

const sendInTime = async (call: ApiRequest, begunAt: number, api: Api): Promise<Submission> =>
  api.now() - begunAt > SECOND_CALL_WITHIN_MS
    ? { kind: 'not-sent', code: 'Late', reason: 'to learn which path is served took too long for the call itself' }
    : meaningOf(await api.send(call))

const submitDataNodes = async (work: Work, clusterId: string, begunAt: number, api: Api): Promise<Submission> => {
  const look = await lookAt(work.target, clusterId, api)
  if (look.kind === 'failed') return nothingSent(classifyRefusal(look.answer, look.error, cssCodes))

  const call: ApiRequest | null = dataNodesCall(work.target, clusterId, look.cluster)
  if (call === null)
    return rejected('NoDataNodes', 'restart v1 is not served, and the cluster shows no data node for v2')
  return sendInTime(call, begunAt, api)
}

/** A read that failed cannot have changed anything, whatever came of it. */
const nothingSent = (refusal: Submission): Submission =>
  refusal.kind === 'ambiguous' ? { kind: 'not-sent', code: refusal.code, reason: refusal.reason } : refusal

const isNotServed = (answer: Answer): boolean =>
  answer.kind === 'response' && isUnknownApi(answer.status, readHuaweiError(answer.json))

/** A success may have no body, `{}`, or a job id in either shape; an error inside it makes it that error. */
const meaningOf = (answer: Answer): Submission => {
  if (answer.kind !== 'response') return classifyRefusal(answer, undefined, cssCodes)

  const error = readHuaweiError(answer.json)
  const success = answer.status >= 200 && answer.status < 300 && error === undefined
  if (success && (answer.json !== undefined || answer.text.trim() === '')) {
    return { kind: 'accepted', jobIds: jobIdsIn(answer.json) }
  }
  const refusal = classifyRefusal(answer, error, cssCodes)
  // 409 is "another operation is being performed", in whichever words (huawei-otc.md, section 4).
  const isBusy = answer.status === 409 && refusal.kind === 'rejected' && !(refusal.code in cssCodes)
  return isBusy ? { kind: 'throttled', code: refusal.code, reason: refusal.reason, waitMs: BUSY_WAIT_MS } : refusal
}

const rejected = (code: string, reason: string): Submission => ({ kind: 'rejected', code, reason, perNode: false })
