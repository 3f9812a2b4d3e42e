import { jsonReply } from '../huawei-gateway.ts'
import type { RawReply } from '../simulator.ts'
import { CssRefusal } from './refusal.ts'
import type { CssCloud } from './restart.ts'
import type { CssCluster } from './state.ts'
import { showCssCluster } from './view.ts'

/** The first page of ten unless told otherwise; the first cluster has number 1 (ListClustersDetails, Table 2). */
const pageOf = (target: string): { from: number; limit: number } => {
  const query = new URLSearchParams(target.split('?')[1] ?? '')
  const number = (name: string, otherwise: number): number => {
    const text = query.get(name)
    if (text === null) return otherwise
    if (!/^[1-9]\d{0,8}$/u.test(text)) throw new CssRefusal(400, 'CSS.0001', `Incorrect parameters: ${name}`)
    return Number(text)
  }
  // `offset` in OTC's document, `start` in Huawei's SDKs.
  return { from: number('offset', number('start', 1)) - 1, limit: Math.min(number('limit', 10), 1000) }
}

/** GET /v1.0/{project}/clusters. Throws CssRefusal 400. */
export const listCssClusters = (
  clusters: Record<string, CssCluster>,
  { projectId }: { projectId: string },
  target: string,
  { clock, oddities }: CssCloud,
): RawReply => {
  const mine = Object.values(clusters).filter((cluster) => cluster.projectId === projectId)
  const { from, limit } = pageOf(target)
  const page = mine.slice(from, from + limit)
  return jsonReply(200, {
    totalSize: mine.length,
    clusters: page.map((cluster) => showCssCluster(cluster, clock.now(), oddities)),
  })
}
