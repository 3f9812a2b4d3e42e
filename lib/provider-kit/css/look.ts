import type { Target } from '../../domain/work.ts'
import type { Answer, Api } from '../api.ts'
import type { ProviderError } from '../classify.ts'
import { readHuaweiError } from '../huawei/error.ts'
import { clockSkewMs } from '../huawei/timestamp.ts'
import { unreadable, type Unreadable } from '../unreadable.ts'
import { Cluster } from './cluster.ts'
import { isAbsent, isRefusedCredential } from './codes.ts'
import { clusterPath } from './path.ts'

/** One look at a cluster. `seenAt`: ms of our clock; `skewMs`: how far the provider's clock is ahead of it. */
export type Look = { kind: 'cluster'; cluster: Cluster; seenAt: number; skewMs: number } | FailedLook

/** No cluster was seen. `absent`: the provider says that there is none, or none for us to see. */
export type FailedLook = { kind: 'failed'; absent: boolean; answer: Answer; error: ProviderError | undefined }

/** Reads the cluster's detail, the only place where CSS shows how a restart goes: it has no job query. */
export const lookAt = async (target: Target, clusterId: string, api: Api): Promise<Look> => {
  const answer = await api.send({ method: 'GET', path: clusterPath('v1.0', target, clusterId) })
  if (answer.kind !== 'response') return { kind: 'failed', absent: false, answer, error: undefined }

  const error = readHuaweiError(answer.json)
  const parsed = Cluster.safeParse(answer.json)
  if (error !== undefined || !isSuccess(answer.status) || !parsed.success) {
    return { kind: 'failed', absent: isAbsent(error), answer, error }
  }
  return {
    kind: 'cluster',
    cluster: parsed.data,
    seenAt: answer.receivedAt,
    skewMs: clockSkewMs(answer.headers, answer.receivedAt),
  }
}

/** What a failed look tells whoever wanted to see the cluster. */
export const unseen = ({ answer, error }: FailedLook): Unreadable =>
  unreadable(answer, error, isRefusedCredential(error))

const isSuccess = (status: number): boolean => status >= 200 && status < 300
