import { expect } from 'vitest'

import { submitAndFollow } from '../../follow.ts'
import type { Scenario } from '../../provider-case.ts'
import { endsWell } from '../../scenarios.ts'
import { missingServer, serverIds } from './servers.ts'
import type { Service } from './servers.ts'

/** Servers in a rolling minute, in the labs of `keepsTheMinute`. */
export const PER_MINUTE = 12

/** What would exceed the rolling minute waits, nothing of it is done, and when the minute is over it is accepted. */
export const keepsTheMinute: Scenario = async (lab) => {
  const others = serverIds.slice(PER_MINUTE, 2 * PER_MINUTE)
  const first = await lab.submit()

  const refused = await lab.submit(lab.api, others)
  const acted = lab.actions().length
  lab.advance(61_000)
  const later = await lab.submit(lab.api, others)

  expect(first.kind).toBe('accepted')
  expect(refused).toMatchObject({ kind: 'throttled', waitMs: 5_000 })
  expect(acted).toBe(lab.nodeIds.length)
  expect(later.kind).toBe('accepted')
}

/** Nothing was done, and a look told the servers of the call apart. */
const dividedInto = (code: string, parts: readonly [nodes: number[], kind: string][]) => ({
  kind: 'divided',
  parts: parts.map(([nodes, kind]) => ({ nodes, submission: expect.objectContaining({ kind, code }) })),
})

/** One server of the call does not exist: it is told, and only it. */
export const oneIsMissing =
  (service: Service, how: 'request' | 'sub-job'): Scenario =>
  async (lab) => {
    const code = service === 'ecs' ? 'Ecs.0114' : 'BMS.0040'
    const isGoal = lab.sample.action === 'delete'
    const others = lab.sample.otherIds.slice(0, 2)

    if (how === 'request') {
      const alone = await lab.submit(lab.api, [missingServer])
      const together = await lab.submit(lab.api, [...others, missingServer])

      expect(alone).toMatchObject({ kind: isGoal ? 'achieved' : 'rejected', code })
      expect(together).toEqual(
        dividedInto(code, [
          [[0, 1], 'untouched'],
          [[2], isGoal ? 'achieved' : 'untouched'],
        ]),
      )
      expect(lab.actions()).toEqual([])
      return
    }
    const { outcomes } = await submitAndFollow(lab, [...others, missingServer])

    expect(outcomes.get(missingServer)).toEqual({ outcome: isGoal ? 'succeeded' : 'failed', code })
    for (const id of others) expect(outcomes.get(id)?.outcome).toBe('succeeded')
  }

/** The first server of the fleet is not in the state that the action needs. */
export const firstIsInWrongState =
  (service: Service, how: 'request' | 'sub-job'): Scenario =>
  async (lab) => {
    const { action, otherIds } = lab.sample
    const [wrong, right] = [serverIds.slice(0, 1), otherIds.slice(0, 1)]
    const isGoal = action !== 'restart'
    const code = service === 'ecs' ? 'Ecs.0100' : action === 'start' ? 'BMS.0038' : 'BMS.0039'

    if (how === 'request') {
      const alone = await lab.submit(lab.api, wrong)
      const together = await lab.submit(lab.api, [...wrong, ...right])

      expect(alone).toMatchObject({ kind: isGoal ? 'achieved' : 'rejected', code })
      expect(together).toEqual(
        dividedInto(code, [
          [[0], isGoal ? 'achieved' : 'untouched'],
          [[1], 'untouched'],
        ]),
      )
      expect(lab.actions()).toEqual([])
      return
    }
    const { outcomes } = await submitAndFollow(lab, [...wrong, ...right])

    expect(outcomes.get(wrong[0]!)?.code).toBe(code)
    // ECS has one code for every wrong state: only that of bare metal proves that the goal is met.
    expect(outcomes.get(wrong[0]!)?.outcome).toBe(isGoal && service === 'bms' ? 'succeeded' : 'failed')
    expect(outcomes.get(right[0]!)).toEqual({ outcome: 'succeeded', code: null })
  }

/** SOFT is never sent to bare metal. */
export const sentHard: Scenario = async (lab) => {
  await endsWell(lab)

  expect(lab.actions().every(({ options }) => JSON.stringify(options) === '{"type":"HARD"}')).toBe(true)
}

/** The first server of the fleet fails, in whichever order and shape the sub jobs come: it alone is told so. */
export const firstFails: Scenario = async (lab) => {
  const nodeIds = [...lab.nodeIds, ...lab.sample.otherIds]

  const { kind, outcomes } = await submitAndFollow(lab, nodeIds)

  const failed = nodeIds.filter((id) => outcomes.get(id)?.outcome === 'failed')
  const succeeded = nodeIds.filter((id) => outcomes.get(id)?.outcome === 'succeeded')
  expect(kind).toBe('over')
  expect(failed).toEqual(serverIds.slice(0, 1))
  expect(succeeded).toEqual(nodeIds.slice(1))
}
