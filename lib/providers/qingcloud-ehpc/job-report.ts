import type { JobReport, Remainder } from '../../domain/job.ts'
import type { FollowedJob } from '../../provider-kit/provider.ts'
import type { Operation } from './schema.ts'

/**
 * What the operations of one batch say of it: one as a rule. Only what the job as a whole came to is known: EHPC reports
 * on no single node. An unknown status is a job still running, until its deadline.
 */
export const reportOf = (job: FollowedJob, rows: readonly Operation[]): JobReport => {
  if (rows.some((row) => row.status === '')) {
    return {
      kind: 'unreadable',
      code: 'NoStatus',
      reason: 'the job is listed without a status',
      waitMs: null,
      auth: false,
    }
  }
  // The batch knows its own job ids; one that was found by its nodes has to be remembered, and said with each of them.
  const found = job.jobIds.length === 0 ? (rows[0]?.jobId ?? null) : null
  if (!rows.every(isOver)) return { kind: 'running', nodes: [], ...(found === null ? {} : { memo: found }) }

  const rest = endOf(job, rows)
  return {
    kind: 'ended',
    nodes: found === null ? [] : job.nodeIds.map((nodeId) => ({ nodeId, ...rest, jobId: found })),
    rest,
    ...endTimeOf(rows),
  }
}

/** An operation that is over came to its status when it ended (operation.md); of several, the last ends the batch. */
const endTimeOf = (rows: readonly Operation[]): { endedAt?: number } => {
  const times = rows.flatMap(({ changedAt }) => changedAt ?? [])
  return times.length < rows.length ? {} : { endedAt: Math.max(...times) }
}

/** "done with failure" is in the API's specification and in no page; a client that does not know it waits for ever. */
const DONE_WITH_FAILURE = 'done with failure'

const isOver = ({ status }: Operation): boolean =>
  status === 'successful' || status === 'failed' || status === DONE_WITH_FAILURE

const endOf = ({ nodeIds }: FollowedJob, rows: readonly Operation[]): Remainder => {
  const first = rows.find((row) => row.status !== 'successful')
  if (first === undefined) return { outcome: 'succeeded', code: null, reason: null }

  const reason = reasonOf(first)
  if (nodeIds.length === 1 || rows.every((row) => row.status === 'failed')) {
    return { outcome: 'failed', code: codeOf(first) ?? ourCode(first), reason }
  }
  return { outcome: 'unknown', code: 'DoneWithFailure', reason: `${reason}; it does not say for which nodes` }
}

const ourCode = ({ status }: Operation): string => (status === DONE_WITH_FAILURE ? 'DoneWithFailure' : 'JobFailed')

/** What `error_codes` holds after a failure is not documented: a code where it looks like one. */
const codeOf = ({ errorCodes }: Operation): string | null =>
  /^[\w.,:;/ -]{1,100}$/.test(errorCodes) ? errorCodes : null

const reasonOf = ({ description, errorCodes, status }: Operation): string => {
  const what = description === '' ? 'the job' : `the job "${description}"`
  return `${what} ended as "${status}"${errorCodes === '' ? '' : `, error codes: ${errorCodes}`}`
}
