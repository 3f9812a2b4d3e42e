import { drawHex } from '../seeded.ts'
import type { CssFleet } from './options.ts'
import { CssRefusal } from './refusal.ts'
import type { CssCluster } from './state.ts'

const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(id)

const uuidOf = (...words: ReadonlyArray<string | number>): string =>
  drawHex(0, ...words).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5')

/** A cluster that nobody has touched yet is an old one: a young `updated` would pass for the trace of a restart. */
const AGE_MS = 30 * 86_400_000

const newCluster = ({ id, projectId, name, nodes, frozen }: CssFleet['clusters'][number], now: number): CssCluster => ({
  id,
  projectId,
  name: name ?? `css-${id.slice(0, 8)}`,
  frozen: frozen ?? false,
  createdAt: now - AGE_MS,
  nodes: [...nodes],
  restarts: 0,
  last: null,
  previous: null,
})

/** The clusters that a fleet starts with. */
export const foundCssClusters = (fleet: CssFleet, now: number): Record<string, CssCluster> =>
  Object.fromEntries(fleet.clusters.map((seed) => [seed.id, newCluster(seed, now)]))

/**
 * The cluster of an id; a fleet that creates the unknown makes one of three data nodes. Throws CssRefusal: a missing
 * cluster is 403 CSS.0015, not 404 (huawei-otc.md section 4).
 */
export const findCssCluster = (
  clusters: Record<string, CssCluster>,
  fleet: CssFleet,
  { id, projectId }: { id: string; projectId: string },
  now: number,
): CssCluster => {
  const known = clusters[id]
  if (known === undefined && fleet.unknown === 'create' && isUuid(id)) {
    const nodes = [1, 2, 3].map((number) => ({ id: uuidOf('css node', id, number), type: 'ess' as const }))
    const made = newCluster({ id, projectId, nodes }, now)
    clusters[id] = made
    return made
  }
  if (known?.projectId !== projectId) {
    throw new CssRefusal(403, 'CSS.0015', 'No resources are found or the access is denied.')
  }
  return known
}
