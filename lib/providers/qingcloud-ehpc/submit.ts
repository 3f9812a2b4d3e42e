import type { Action } from '../../domain/action.ts'
import type { Submission } from '../../domain/submission.ts'
import type { Work } from '../../domain/work.ts'
import type { Answer, Api } from '../../provider-kit/api.ts'
import { classifyRefusal } from '../../provider-kit/classify.ts'
import { ehpcCodes } from './codes.ts'
import { pythonJson } from './python-json.ts'
import { examineRefusal } from './refusal.ts'
import { readAcceptance, readError } from './schema.ts'
import { isOnClusters, zoneOf } from './scope.ts'

const paths: Readonly<Record<Action, string>> = {
  restart: '/api/cluster/restartNodes',
  delete: '/api/cluster/deleteNodes',
  start: '/api/cluster/startCluster',
  stop: '/api/cluster/stopCluster',
}

/** Asks EHPC to act, in one call; a refusal that can have several causes is looked into, by reading only. */
export const submitEhpc = async (work: Work, nodeIds: readonly string[], api: Api): Promise<Submission> => {
  const sentAt = api.now()
  const answer = await api.send({ method: 'POST', path: paths[work.action], body: bodyOf(work, nodeIds) })
  const meaning = meaningOf(answer)
  return meaning.kind === 'rejected' ? examineRefusal(meaning, work, nodeIds, sentAt, api) : meaning
}

/** A POST has its zone in the body. The table of deleteNodes says `node_list`; its example and the official SDK `node_ids`. */
const bodyOf = ({ action, target }: Work, nodeIds: readonly string[]): string =>
  pythonJson(
    isOnClusters(action)
      ? { cluster_ids: nodeIds, zone: zoneOf(target) }
      : { cluster_id: target['clusterId'] ?? '', node_ids: nodeIds, zone: zoneOf(target) },
  )

/** An error comes inside HTTP 200; a success says `ret_code` 0 or names a job. */
const meaningOf = (answer: Answer): Submission => {
  if (answer.kind !== 'response') return classifyRefusal(answer, undefined, ehpcCodes)

  const error = readError(answer.json)
  const jobIds =
    error === undefined && answer.status >= 200 && answer.status < 300 ? readAcceptance(answer.json) : undefined
  return jobIds === undefined ? classifyRefusal(answer, error, ehpcCodes) : { kind: 'accepted', jobIds }
}
