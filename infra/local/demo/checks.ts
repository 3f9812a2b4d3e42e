import type { EventView, NodeView } from './client.ts'
import { judge } from './expectation.ts'
import { batchEnds, completions, isAccepted, isEnded, operationEnds, type Ended, type Run } from './run.ts'
import { counted } from './text.ts'

/** Something that must hold at the end, and what speaks against it. */
export type Check = { claim: string; against: readonly string[] }

const labelled = ({ order }: Run, problem: string): string => `${order.provider} · ${order.name}: ${problem}`

/** Every operation ended as the example says. */
export const checkExpectations = (runs: readonly Run[]): Check => {
  const against = runs.flatMap((run) => judge(run).map((problem) => labelled(run, problem)))
  return { claim: `${counted(runs.length, 'operation')} ended as the example expects`, against }
}

const changed = (events: readonly EventView[]): string[] => {
  const contents = Map.groupBy(events, ({ detail }) => detail.eventId)
  return [...contents]
    .filter(([, same]) => new Set(same.map(({ detail }) => JSON.stringify(detail))).size > 1)
    .map(([eventId]) => `event ${eventId} was published with different contents`)
}

const eventsAgainst = (run: Run, events: readonly EventView[]): string[] => {
  if (!isEnded(run)) return []
  const { seen, expected } = completions(run, events)
  const lost = seen === expected ? [] : [`${expected - seen} of ${expected} completion events were not published`]
  const wrong = operationEnds(run, events).filter(
    ({ detail }) =>
      detail.status !== run.view.status || JSON.stringify(detail.counts) !== JSON.stringify(run.view.counts),
  )
  return [...lost, ...wrong.map(({ detail }) => `event ${detail.eventId} says otherwise than the API`)]
}

/** Every terminal state was published, and what came more than once was the same each time. */
export const checkEvents = (runs: readonly Run[], events: readonly EventView[]): Check => {
  const seen = runs.filter(isEnded).reduce((sum, run) => sum + completions(run, events).seen, 0)
  return {
    claim: `${counted(seen, 'completion event')} on /local/events: one for every batch and every operation`,
    against: [
      ...runs.flatMap((run) => eventsAgainst(run, events).map((problem) => labelled(run, problem))),
      ...changed(events),
    ],
  }
}

const FINAL = new Set(['succeeded', 'failed', 'skipped', 'unknown'])

const outcomesAgainst = (run: Ended, nodes: readonly NodeView[], events: readonly EventView[]): string[] => {
  const once = new Map(batchEnds(run, events).map(({ detail }) => [detail.eventId, detail.nodes ?? []]))
  const told = Map.groupBy([...once.values()].flat(), ({ nodeId }) => nodeId)
  const asked = new Set(run.order.nodeIds.map((id) => id.toLowerCase()))
  const listed = new Set(nodes.map(({ nodeId }) => nodeId))
  return [
    ...(listed.size === nodes.length ? [] : [`${nodes.length - listed.size} nodes are listed twice`]),
    ...[...asked].filter((id) => !listed.has(id)).map((id) => `${id} has no outcome`),
    ...[...listed].filter((id) => !asked.has(id)).map((id) => `${id} was not asked for`),
    ...nodes.flatMap(({ nodeId, outcome }) => {
      const outcomes = (told.get(nodeId) ?? []).map((node) => node.outcome)
      if (FINAL.has(outcome) && outcomes.length === 1 && outcomes[0] === outcome) return []
      return [`${nodeId} is ${outcome} in the API, and in the events ${outcomes.join(' and ') || 'nothing'}`]
    }),
  ]
}

/** Every node has exactly one outcome, the same in the API and in the events. */
export const checkOutcomes = (
  runs: readonly Run[],
  nodes: ReadonlyMap<string, readonly NodeView[]>,
  events: readonly EventView[],
): Check => {
  const total = [...nodes.values()].reduce((sum, list) => sum + list.length, 0)
  return {
    claim: `${counted(total, 'node')}, each with exactly one outcome`,
    against: runs
      .filter(isEnded)
      .flatMap((run) =>
        outcomesAgainst(run, nodes.get(run.operationId) ?? [], events).map((problem) => labelled(run, problem)),
      ),
  }
}

/** What the simulated clouds really did: the nodes of each provider, once for every action that was accepted. */
export type Acted = ReadonlyMap<string, readonly string[]>

/** No cloud accepted an action for a node more often than it was asked for, and none for a node that was not. */
export const checkActions = (runs: readonly Run[], acted: Acted): Check => {
  const against = [...acted].flatMap(([provider, nodeIds]) => {
    const its = runs.filter((run) => isAccepted(run) && run.order.provider === provider)
    const asked = Map.groupBy(
      its.flatMap(({ order }) => [...new Set(order.nodeIds.map((id) => id.toLowerCase()))]),
      (id) => id,
    )
    return [...Map.groupBy(nodeIds, (id) => id.toLowerCase())].flatMap(([id, times]) => {
      const most = asked.get(id)?.length ?? 0
      return times.length <= most ? [] : [`${provider}: ${id} was acted on ${times.length} times, asked for ${most}`]
    })
  })
  const accepted = [...acted.values()].reduce((sum, list) => sum + list.length, 0)
  return {
    claim: `${counted(accepted, 'action')} accepted by the clouds: no node twice, none that was not asked for`,
    against,
  }
}
