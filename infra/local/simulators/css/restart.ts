import { draw, drawBetween } from '../seeded.ts'
import type { SimClock } from '../simulator.ts'
import type { CssFleet, CssOddities } from './options.ts'
import { CssRefusal } from './refusal.ts'
import type { CssCluster, CssRestart } from './state.ts'

export type CssCloud = { clock: SimClock; seed: number; fleet: CssFleet; oddities: CssOddities }

/** Throws CssRefusal when the cluster cannot be restarted now. A cluster that is unavailable may be: that is the manual's advice. */
export const refuseRestart = (cluster: CssCluster, { clock, oddities }: CssCloud): void => {
  if (cluster.frozen) throw new CssRefusal(400, 'CSS.5301', 'The cluster is frozen.')
  if (cluster.last !== null && clock.now() < cluster.last.endsAt) {
    throw new CssRefusal(oddities.busyStatus, 'CSS.0011', 'The cluster is performing other operations.')
  }
}

type Span = { downAt: number; upAt: number }

const allAtOnce = (count: number, from: number, lasts: number): Span[] =>
  // The nodes come back one by one, the last one at the end.
  Array.from({ length: count }, (_, index) => ({ downAt: from, upAt: from + (lasts * (index + 1)) / count }))

const oneByOne = (lasts: ReadonlyArray<number>, from: number): Span[] => {
  let downAt = from
  return lasts.map((ms) => {
    const span = { downAt, upAt: downAt + ms }
    downAt = span.upAt
    return span
  })
}

/** Fixes the whole course of a restart of the given nodes that is accepted now (huawei-otc.md section 7 item 10). */
export const planRestart = (
  kind: CssRestart['kind'],
  cluster: CssCluster,
  nodeIds: ReadonlyArray<string>,
  { clock, seed, fleet, oddities }: CssCloud,
): CssRestart => {
  const serial = cluster.restarts
  const real = (range: readonly [number, number], ...words: string[]): number =>
    drawBetween(range, seed, ...words, cluster.id, serial) / clock.scale
  const seenAt = clock.now() + real(oddities.unseenMs, 'unseen')
  const spans =
    kind === 'restart'
      ? allAtOnce(nodeIds.length, seenAt, real(oddities.restartMs, 'restart'))
      : oneByOne(
          nodeIds.map((id) => real(oddities.rollingNodeMs, 'rolling', id)),
          seenAt,
        )
  const lastUp = Math.max(seenAt, ...spans.map(({ upAt }) => upAt))

  return {
    kind,
    failed: fleet.failing.includes(cluster.id) || draw(seed, 'failure', cluster.id, serial) < fleet.failureRate,
    seenAt,
    endsAt: lastUp + real(oddities.trailingMs, 'trailing'),
    nodes: Object.fromEntries(nodeIds.map((id, index) => [id, spans[index] ?? { downAt: seenAt, upAt: seenAt }])),
  }
}
