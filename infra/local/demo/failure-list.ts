import type { NodeView } from './client.ts'
import type { Run } from './run.ts'
import { counted, type Paint, type Style } from './text.ts'

/** Nodes of one operation that ended alike. */
type Group = { run: Run; outcome: string; code: string; reason: string; nodeIds: readonly string[] }

const SHOWN_OF_A_GROUP = 10
const SHOWN = 40

const styles: Readonly<Record<string, Style>> = { failed: 'red', unknown: 'yellow', skipped: 'yellow' }

const groupsOf = (run: Run, nodes: readonly NodeView[]): Group[] => {
  const unwell = nodes.filter(({ outcome }) => outcome !== 'succeeded')
  const alike = Map.groupBy(unwell, ({ outcome, code, reason }) => JSON.stringify([outcome, code, reason]))
  return [...alike.values()].flatMap((group): Group[] => {
    const [first] = group
    if (first === undefined) return []
    const { outcome, code, reason } = first
    return [{ run, outcome, code: code ?? '–', reason: reason ?? '–', nodeIds: group.map(({ nodeId }) => nodeId) }]
  })
}

const linesOf = ({ run, outcome, code, reason, nodeIds }: Group, most: number, paint: Paint): string[] => {
  const shown = nodeIds.slice(0, most)
  const left = nodeIds.length - shown.length
  const what = paint(styles[outcome] ?? 'dim', `${code} ${outcome}`)
  return [
    `${paint('bold', run.order.provider)} · ${run.order.name} · ${counted(nodeIds.length, 'node')} ${what}`,
    `  ${reason}`,
    ...shown.map((nodeId) => `    ${nodeId}`),
    ...(left > 0 ? [paint('dim', `    … and ${left} more`)] : []),
  ]
}

/** Every node that did not succeed, with its code and reason, like ones together; of very many, the first forty. */
export const failureList = (runs: readonly { run: Run; nodes: readonly NodeView[] }[], paint: Paint): string[] => {
  const groups = runs.flatMap(({ run, nodes }) => groupsOf(run, nodes))
  let room = SHOWN
  return groups.flatMap((group) => {
    const most = Math.min(SHOWN_OF_A_GROUP, room)
    room -= Math.min(most, group.nodeIds.length)
    return linesOf(group, most, paint)
  })
}
