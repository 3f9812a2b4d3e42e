import { expect } from 'vitest'

import { submitAndFollow } from '../../follow.ts'
import { expectActedOnce } from '../../lab.ts'
import type { Lab } from '../../lab.ts'
import type { Scenario } from '../../provider-case.ts'
import { endsWell } from '../../scenarios.ts'
import { missingServer } from './servers.ts'
import type { Service } from './servers.ts'

/** What would exceed the rolling minute waits, nothing of it is done, and when the minute is over it is accepted. */
export const keepsTheMinute: Scenario = async (lab) => {
  const rounds = Math.floor(12 / lab.nodeIds.length)
  const others = lab.sample.otherIds
  await lab.submit()
  const used = await Promise.all(
    Array.from({ length: 12 - lab.nodeIds.length }, (_, n) => n).flatMap((n) =>
      n < (rounds - 1) * lab.nodeIds.length ? [lab.submit(lab.api, [fill(n)])] : [],
    ),
  )

  const refused = await lab.submit(lab.api, others)
  const acted = lab.actions().length
  lab.advance(61_000)
  const later = await lab.submit(lab.api, others)

  expect(used.every(({ kind }) => kind === 'accepted')).toBe(true)
  expect(refused).toMatchObject({ kind: 'throttled', waitMs: 5_000 })
  expect(acted).toBe(12)
  expect(later.kind).toBe('accepted')
}

/** Servers that no sample names. */
const fill = (n: number): string => `836fb98f-46ca-475e-917e-${String(27 - n).padStart(12, '0')}`

/** One server of the call does not exist: it is told, and only it. */
export const oneIsMissing =
  (service: Service, how: 'request' | 'sub-job'): Scenario =>
  async (lab) => {
    const code = service === 'ecs' ? 'Ecs.0114' : 'BMS.0040'
    const isGoal = lab.sample.action === 'delete'
    const nodeIds = [...lab.nodeIds.slice(1), missingServer]

    const submission = await lab.submit(lab.api, nodeIds)

    if (how === 'request') {
      expect(submission).toMatchObject({ kind: isGoal ? 'achieved' : 'rejected', code, perNode: true })
      expect(lab.actions()).toEqual([])
      return
    }
    const { outcomes } = await endOf(lab, submission, nodeIds)
    expect(outcomes.get(missingServer)?.outcome).toBe(isGoal ? 'succeeded' : 'failed')
    expect(outcomes.get(missingServer)?.code).toBe(code)
    for (const id of lab.nodeIds.slice(1)) expect(outcomes.get(id)?.outcome).toBe('succeeded')
  }

/** The first server of the fleet is not in the state that the action needs. */
export const oneIsWrong =
  (service: Service, how: 'request' | 'sub-job'): Scenario =>
  async (lab) => {
    const { action } = lab.sample
    const isGoal = action !== 'restart'
    const code = service === 'ecs' ? 'Ecs.0100' : action === 'start' ? 'BMS.0038' : 'BMS.0039'

    if (how === 'request') {
      const alone = await lab.submit(lab.api, lab.nodeIds.slice(0, 1))
      const together = await lab.submit(lab.api, [...lab.nodeIds.slice(0, 1), ...lab.sample.otherIds.slice(0, 1)])

      expect(alone).toMatchObject({ kind: isGoal ? 'achieved' : 'rejected', code })
      expect(together).toMatchObject({ code, perNode: true })
      expect(['achieved', 'rejected']).toContain(together.kind)
      expect(lab.actions()).toEqual([])
      return
    }
    const { outcomes } = await submitAndFollow(lab)
    expect(outcomes.get(lab.nodeIds[0]!)).toEqual({
      outcome: isGoal && service === 'bms' ? 'succeeded' : 'failed',
      code,
    })
    for (const id of lab.nodeIds.slice(1)) expect(outcomes.get(id)?.outcome).toBe('succeeded')
  }

/** SOFT is never sent to bare metal. */
export const sentHard: Scenario = async (lab) => {
  await endsWell(lab)

  expect(lab.actions().map(({ options }) => options)).toEqual(lab.nodeIds.map(() => ({ type: 'HARD' })))
}

/** The outcome of each server is its own, in whichever order and shape the sub jobs come. */
export const tellsTheFailure: Scenario = async (lab) => {
  const submission = await lab.submit(lab.api, [...lab.nodeIds, ...lab.sample.otherIds])
  const nodeIds = [...lab.nodeIds, ...lab.sample.otherIds]
  const { kind, outcomes } = await endOf(lab, submission, nodeIds)

  expect(kind).toBe('over')
  expect([...outcomes.keys()].toSorted()).toEqual(nodeIds.toSorted())
  expect([...outcomes.values()].every(({ outcome }) => outcome === 'succeeded')).toBe(true)
  expectActedOnce({ ...lab, nodeIds })
}
