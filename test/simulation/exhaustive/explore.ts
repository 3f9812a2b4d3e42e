import { isEnded } from '../../../lib/domain/batch.ts'
import type { Rules } from '../../../lib/domain/rules.ts'
import { outcomesOf } from '../../../lib/domain/result.ts'
import { keyOf } from './key.ts'
import { isOver, NODES, TRIGGERS, type World } from './model.ts'
import { modelRules } from './rules.ts'
import { stepsFrom } from './steps.ts'

/** What must be true when nothing is left to be done. */
const wrongAtTheEnd = (world: World): string | undefined => {
  for (const operationId of TRIGGERS) {
    const rows = Object.values(world.rows).filter(
      ({ batch }) => batch.operationId === operationId && batch.state !== 'SPLIT',
    )
    const outcomes = rows.flatMap(({ batch, nodeIds, results }) => {
      return isEnded(batch) ? outcomesOf(batch, nodeIds, results) : []
    })
    for (const node of NODES) {
      const [outcome, ...more] = outcomes.filter(({ nodeId }) => nodeId === node)
      if (outcome === undefined || more.length > 0)
        return `S2: ${node} has ${more.length + 1} outcomes for ${operationId}`
      const applied = world.applied[`${operationId} ${node}`] ?? 0
      const last = world.cloud[node]
      if (outcome.outcome === 'succeeded' && applied === 0)
        return `truth: ${node} succeeded for ${operationId} and was not acted on`
      if (outcome.outcome === 'skipped' && applied > 0)
        return `truth: ${node} was skipped by ${operationId} and acted on`
      if (outcome.outcome === 'failed' && applied > 0 && last?.operationId === operationId && last.status === 'done')
        return `truth: ${node} failed for ${operationId} and was acted on well`
      if (outcome.outcome === 'running' || outcome.outcome === 'pending')
        return `S2: ${node} is open for ${operationId}`
    }
  }
  return undefined
}

export type Explored = {
  worlds: number
  steps: number
  ends: number
  /** The shortest way to the first thing that is wrong, step by step; null when nothing is. */
  wrong: { what: string; way: readonly string[] } | null
}

/** Every world that can come of this one, breadth first, until something is wrong. */
export const explore = (first: World, rules: Rules = modelRules, most = 10_000_000): Explored => {
  const known = new Map<string, number>([[keyOf(first), 0]])
  const from: number[] = [-1]
  const by: string[] = ['']
  const back: number[][] = [[]]
  const ends: number[] = []
  let level: { world: World; id: number }[] = [{ world: first, id: 0 }]
  let steps = 0
  const wayTo = (id: number): string[] => {
    const way: string[] = []
    for (let at = id; at > 0; at = from[at] ?? -1) way.unshift(by[at] ?? '')
    return way
  }
  const result = (wrong: Explored['wrong']): Explored => ({ worlds: known.size, steps, ends: ends.length, wrong })

  while (level.length > 0) {
    const next: typeof level = []
    for (const { world, id } of level) {
      if (isOver(world)) {
        const what = wrongAtTheEnd(world)
        if (what !== undefined) return result({ what, way: wayTo(id) })
        ends.push(id)
      }
      const taken = stepsFrom(world, rules)
      if (taken.length === 0 && !isOver(world)) return result({ what: 'S2: nobody can go on', way: wayTo(id) })
      for (const { name, to, broken } of taken) {
        steps += 1
        if (broken !== undefined) return result({ what: broken, way: [...wayTo(id), name] })
        const key = keyOf(to)
        const seen = known.get(key)
        if (seen !== undefined) {
          back[seen]?.push(id)
          continue
        }
        const fresh = known.size
        if (fresh >= most) throw new Error(`more than ${most} worlds`)
        known.set(key, fresh)
        from.push(id)
        by.push(name)
        back.push([id])
        next.push({ world: to, id: fresh })
      }
    }
    level = next
  }
  return result(stuck(back, ends, wayTo))
}

/** A world from which no end can be reached any more. */
const stuck = (
  back: readonly (readonly number[])[],
  ends: readonly number[],
  wayTo: (id: number) => string[],
): Explored['wrong'] => {
  const canEnd = new Uint8Array(back.length)
  const open = [...ends]
  for (const id of open) canEnd[id] = 1
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const before of back[id] ?? []) {
      if (canEnd[before] === 1) continue
      canEnd[before] = 1
      open.push(before)
    }
  }
  const id = canEnd.indexOf(0)
  return id === -1 ? null : { what: 'S2: no end can be reached', way: wayTo(id) }
}
