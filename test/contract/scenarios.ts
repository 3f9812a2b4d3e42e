import { expect } from 'vitest'

import { allAs, follow, resolve, submitAndFollow } from './follow.ts'
import { onSubmit } from './faults.ts'
import { expectActedOnce } from './lab.ts'
import type { Lab } from './lab.ts'
import type { Scenario } from './provider-case.ts'

/** Every node succeeds after one mutating call, was acted on once, and not before the cloud is done with it. */
export const endsWell: Scenario = async (lab) => {
  const ending = await submitAndFollow(lab)

  expect(ending).toEqual({ kind: 'over', outcomes: allAs(lab.nodeIds, 'succeeded') })
  expect(lab.requests().filter(({ method }) => method === 'POST')).toHaveLength(1)
  expectActedOnce(lab)
  await expectIdle(lab)
}

/** The same after the answer was lost. */
export const survivesLostAnswer: Scenario = async (lab) => {
  const lost = lab.lost()
  lab.inject(onSubmit('after', { kind: 'close' }))

  const submission = await lab.submit()
  const { traces, jobIds } = await resolve(lab, lost)
  const ending = await follow(lab, lab.job(jobIds, { submittedAt: lost.sentAt }))

  expect(submission.kind).toBe('ambiguous')
  expect(traces).toEqual(new Map(lab.nodeIds.map((id) => [id, 'applied'])))
  expect(ending).toEqual({ kind: 'over', outcomes: allAs(lab.nodeIds, 'succeeded') })
  expectActedOnce(lab)
  await expectIdle(lab)
}

/** What is over is over: the cloud takes the next restart at once; of another action the goal is met, or the nodes are gone. */
const expectIdle = async (lab: Lab): Promise<void> => {
  const again = await lab.submit()

  expect(lab.sample.action === 'restart' ? ['accepted'] : ['achieved', 'rejected']).toContain(again.kind)
}

/** Never acted on, and reconcile says so. */
export const survivesLostCall: Scenario = async (lab) => {
  const lost = lab.lost()
  lab.inject(onSubmit('before', { kind: 'close' }))

  const submission = await lab.submit()
  const { traces, jobIds } = await resolve(lab, lost)

  expect(submission.kind).toBe('ambiguous')
  expect(traces).toEqual(new Map(lab.nodeIds.map((id) => [id, 'untouched'])))
  expect(jobIds).toEqual([])
  expect(lab.actions()).toEqual([])
}

/** Refused for good, with this code, and nothing was done. */
export const isRejected =
  (code: string, perNode?: boolean): Scenario =>
  async (lab) => {
    const submission = await lab.submit()

    expect(submission).toMatchObject({ kind: 'rejected', code, ...(perNode === undefined ? {} : { perNode }) })
    expect(lab.actions()).toEqual([])
  }

/** A second call for one node that is still at the first waits, is then accepted or done, and never fails. */
export const waitsWhileBusy =
  (code: string): Scenario =>
  async (lab) => {
    const one = lab.nodeIds.slice(0, 1)
    await lab.submit(lab.api, one)
    lab.advance(Math.min(5_000, lab.timing.expectedMs / 5))
    const before = lab.actions().length

    const second = await lab.submit(lab.api, one)

    expect(second).toMatchObject({ kind: 'throttled', code })
    expect(lab.actions()).toHaveLength(before)
  }

/** A job that never ends for these nodes: nobody says that it went well, and its deadline has to end it. */
export const staysOpen =
  (stuck: readonly string[]): Scenario =>
  async (lab) => {
    const ending = await submitAndFollow(lab)

    expect(ending.kind).toBe('open')
    for (const id of lab.nodeIds) {
      expect(ending.outcomes.get(id)?.outcome).toBe(stuck.includes(id) ? undefined : 'succeeded')
    }
  }
