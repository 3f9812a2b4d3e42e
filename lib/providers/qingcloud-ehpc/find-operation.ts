import type { Action } from '../../domain/action.ts'
import { ALLOWANCE_MS } from './operations.ts'
import type { Operation } from './schema.ts'
import { isOnClusters } from './scope.ts'

/** A submission to be found in the operation list. `sentAt`: ms of the provider's clock. */
export type Sought = { action: Action; clusterId: string; nodeIds: readonly string[]; sentAt: number }

/** `perhaps`: a row that cannot be told from ours. */
export type Found = { kind: 'ours'; row: Operation } | { kind: 'perhaps'; row: Operation } | { kind: 'none' }

/**
 * The row of a submission: its cluster, action and exact set of nodes, created when it was sent or later. There is no
 * idempotency token to go by (qingcloud-ehpc.md, section 4).
 */
export const findOperation = (rows: readonly Operation[], sought: Sought): Found => {
  const judged = rows.map((row) => ({ row, likeness: likenessOf(row, sought) }))
  const ours = judged.flatMap(({ row, likeness }) => (likeness === 'ours' ? [row] : []))
  const second = Math.floor(sought.sentAt / 1_000) * 1_000
  const byTime = ours.toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt))
  const row = byTime.find(({ createdAt }) => Number(createdAt) >= second) ?? byTime.at(-1)
  if (row !== undefined) return { kind: 'ours', row }

  const perhaps = judged.find(({ likeness }) => likeness === 'perhaps')
  return perhaps === undefined ? { kind: 'none' } : { kind: 'perhaps', row: perhaps.row }
}

/** What the documents do not say outright is one doubt; a row with two is no likeness any more. */
const likenessOf = (row: Operation, sought: Sought): 'ours' | 'perhaps' | 'other' => {
  const act = actionIn(row.action)
  const likeResources = resourcesLike(row, sought)
  if (isBefore(row, sought.sentAt) || likeResources === 'no' || (act !== null && act !== sought.action)) return 'other'

  const doubts = [row.createdAt === null, act === null, likeResources === 'unsaid'].filter(Boolean).length
  return doubts === 0 ? 'ours' : doubts === 1 ? 'perhaps' : 'other'
}

/** Created before the submission was sent: an older operation, however alike. */
const isBefore = ({ createdAt }: Operation, sentAt: number): boolean =>
  createdAt !== null && createdAt < sentAt - ALLOWANCE_MS

const resourcesLike = ({ resources }: Operation, sought: Sought): 'yes' | 'no' | 'unsaid' => {
  const clusters = resources.filter((id) => /^e?hpc-/.test(id))
  if (clusters.length > 0 && !clusters.includes(sought.clusterId)) return 'no'

  const named = isOnClusters(sought.action) ? clusters : resources.filter((id) => id.startsWith('cln-'))
  if (named.length === 0) return 'unsaid'
  return isSameSet(new Set(named), new Set(sought.nodeIds)) ? 'yes' : 'no'
}

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((id) => b.has(id))

/**
 * The action that a row's `job_action` names: the answer's action without its `Response`, in one of two spellings
 * (HpcClusterStartCluster, HpcStartCluster). `other` for one that surely is none of ours, null for a word not known.
 */
const actionIn = (name: string): Action | 'other' | null => {
  if (/queue|user|create|add|modify|resize|upgrade|resume|DeleteCluster(?:Response)?$/i.test(name)) return 'other'
  if (/restart\w*nodes?/i.test(name)) return 'restart'
  if (/delete\w*nodes?/i.test(name)) return 'delete'
  if (/(?<!re)startCluster(?!Nodes?)/i.test(name)) return 'start'
  return /stopCluster(?!Nodes?)/i.test(name) ? 'stop' : null
}
