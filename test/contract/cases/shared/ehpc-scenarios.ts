import { expect } from 'vitest'

import { follow, submitAndFollow } from '../../follow.ts'
import type { Scenario } from '../../provider-case.ts'

/** Every node fails with its job; "done with failure" does not say which of several did, but nodes that are still there were not deleted. */
export const endsAs =
  (word: 'failed' | 'done with failure'): Scenario =>
  async (lab) => {
    const ending = await submitAndFollow(lab)

    const isKnown = word === 'failed' || lab.nodeIds.length === 1
    const untold = { outcome: lab.sample.action === 'delete' ? 'failed' : 'unknown', code: 'DoneWithFailure' }
    const told = isKnown ? { outcome: 'failed', code: '5000' } : untold
    expect(ending.outcomes).toEqual(new Map(lab.nodeIds.map((id) => [id, told])))
  }

/** A job that vanished from the list before its end was seen is gone, and nobody says that it went well. */
export const isNeverASuccess: Scenario = async (lab) => {
  const submission = await lab.submit()
  if (submission.kind !== 'accepted') throw new Error(submission.kind)
  const job = lab.job(submission.jobIds)
  lab.advance(lab.timing.visibilityMs * 5)

  const ending = await follow(lab, job)

  expect(ending).toEqual({ kind: 'gone', outcomes: new Map() })
}

/** Where the cloud allows two operations at once, the second is one of its own. */
export const takesASecond: Scenario = async (lab) => {
  const first = await lab.submit()
  const second = await lab.submit(lab.api, lab.sample.otherIds)

  expect([first.kind, second.kind]).toEqual(['accepted', 'accepted'])
  expect(first).not.toEqual(second)
  expect(lab.actions()).toHaveLength(lab.nodeIds.length + lab.sample.otherIds.length)
}

/** The quota counts every call: what is over it waits long, and a look over it says nothing of the job. */
export const isOverQuota: Scenario = async (lab) => {
  const first = await lab.submit()
  const second = await lab.submit()
  const [report] = await lab.provider.poll([lab.job(first.kind === 'accepted' ? first.jobIds : [])], lab.api)

  expect(first.kind).toBe('accepted')
  expect(second).toMatchObject({ kind: 'throttled', code: '2500', waitMs: 300_000 })
  expect(report).toMatchObject({ kind: 'unreadable', code: '2500', waitMs: 300_000, auth: false })
}
