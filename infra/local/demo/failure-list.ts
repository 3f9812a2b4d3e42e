import type { NodeView } from './client.ts'
import type { Run } from './run.ts'
import { count, type Paint, type Style } from './text.ts'

/** Nodes of one operation that ended alike. */
type Group = { run: Run; outcome: string; code: string; reason: string; nodeIds: readonly string[] }

const INDENT = '    '
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

const WIDTH = 80

/** Ids side by side, as many as a line takes. */
const packed = (ids: readonly string[]): string[] => {
  const longest = Math.max(1, ...ids.map((id) => id.length))
  const beside = Math.max(1, Math.floor((WIDTH - INDENT.length) / (longest + 2)))
  const lines = Array.from({ length: Math.ceil(ids.length / beside) }, (_, line) =>
    ids.slice(line * beside, (line + 1) * beside),
  )
  return lines.map(
    (line) =>
      `${INDENT}${line
        .map((id) => id.padEnd(longest))
        .join('  ')
        .trimEnd()}`,
  )
}

const linesOf = ({ run, outcome, code, reason, nodeIds }: Group, most: number, paint: Paint): string[] => {
  const left = nodeIds.length - most
  const { provider, name } = run.order
  return [
    `${paint('bold', provider)} · ${name} · ${paint(styles[outcome] ?? 'dim', `${count(nodeIds.length)} ${outcome}`)}`,
    `  ${paint('bold', code)}  ${reason}`,
    ...packed(nodeIds.slice(0, most)),
    ...(left > 0 ? [paint('dim', `${INDENT}… and ${count(left)} more`)] : []),
  ]
}

/** Every node that did not succeed, with its code and reason, like ones together; of very many, the first forty. */
export const failureList = (runs: readonly { run: Run; nodes: readonly NodeView[] }[], paint: Paint): string[] => {
  const groups = runs.flatMap(({ run, nodes }) => groupsOf(run, nodes))
  let room = SHOWN
  return groups.flatMap((group) => {
    const most = Math.min(SHOWN_OF_A_GROUP, room, group.nodeIds.length)
    room -= most
    return linesOf(group, most, paint)
  })
}
