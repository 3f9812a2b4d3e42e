/* oxlint-disable vitest/expect-expect -- the scenarios expect */
import { describe, expect, test } from 'vitest'

import { oneOfEach, subjects } from './cases.ts'
import { resolve } from './follow.ts'
import { lostAnswers, onSubmit, PATIENCE_MS, replying, unreadableAnswers } from './faults.ts'
import { expectActedOnce, openLab } from './lab.ts'
import type { Lab } from './lab.ts'
import { survivesLostAnswer, survivesLostCall } from './scenarios.ts'

const allTraced = (lab: Lab, trace: string) => new Map(lab.nodeIds.map((id) => [id, trace]))

describe.each(subjects)('a lost answer to %s', (_, { id, providerCase, sample }) => {
  test('is found, and followed until every node succeeded, none acted on twice', async () => {
    const lab = await openLab(id, providerCase, sample)

    await survivesLostAnswer(lab)
  })

  test('to a call that never arrived: every node is proved untouched', async () => {
    const lab = await openLab(id, providerCase, sample)

    await survivesLostCall(lab)
  })

  test('is resolved by a cloud that is 60 times as fast', async () => {
    const applied = await openLab(id, providerCase, sample, { scale: 60 })
    const dropped = await openLab(id, providerCase, sample, { scale: 60 })

    await survivesLostAnswer(applied)
    await survivesLostCall(dropped)
  })

  test('is found as well when it is looked for long after the end', async () => {
    const lab = await openLab(id, providerCase, sample)
    const lost = lab.lost()
    await lab.submit()
    lab.advance(2 * lab.timing.deadlineMs)

    const evidence = await lab.provider.reconcile(lost, lab.api)

    expect(evidence).toMatchObject({ kind: 'seen', traces: allTraced(lab, 'applied') })
  })
})

describe.each(subjects.filter(([, { sample }]) => sample.action === 'restart'))('a lost %s', (_, subject) => {
  test('is not taken for an older one of the same nodes', async () => {
    const lab = await openLab(subject.id, subject.providerCase, subject.sample)
    const older = await lab.submit()
    lab.advance(lab.timing.deadlineMs)
    const lost = lab.lost()
    lab.inject(onSubmit('before', { kind: 'close' }))

    const submission = await lab.submit()
    const { traces } = await resolve(lab, lost)

    expect([older.kind, submission.kind]).toEqual(['accepted', 'ambiguous'])
    expect(traces).toEqual(allTraced(lab, 'untouched'))
  })
})

describe.each(oneOfEach)('an answer to %s that is lost', (_, { id, providerCase, sample }) => {
  const losses = Object.entries({ ...lostAnswers, ...unreadableAnswers })

  test('before the cloud acted is ambiguous, in whichever way; then every node is proved untouched', async () => {
    const lab = await openLab(id, providerCase, sample)
    const lost = lab.lost()
    const kinds = new Map<string, string>()

    for (const [way, then] of losses) {
      lab.inject(onSubmit('before', then))
      kinds.set(way, (await lab.submit()).kind)
    }
    const { traces, jobIds } = await resolve(lab, lost)

    expect(kinds).toEqual(new Map(losses.map(([way]) => [way, 'ambiguous'])))
    expect(traces).toEqual(allTraced(lab, 'untouched'))
    expect(jobIds).toEqual([])
    expect(lab.actions()).toEqual([])
  })

  // What breaks off after 5 bytes is a whole answer where the documents have no reply at all.
  const after = losses.filter(([, { kind }]) => kind !== 'truncate' || !providerCase.isEmptySuccess)
  test.each(after)('by %s after it acted: ambiguous, then found, nothing acted on twice', async (__, then) => {
    const lab = await openLab(id, providerCase, sample)
    const lost = lab.lost()
    lab.inject(onSubmit('after', then))

    const submission = await lab.submit()
    const { traces } = await resolve(lab, lost)

    expect(submission.kind).toBe('ambiguous')
    expect(traces).toEqual(allTraced(lab, 'applied'))
    expectActedOnce(lab)
  })

  test.each([...providerCase.skewsMs])('is resolved by a cloud whose clock is off by %i ms', async (skewMs) => {
    const applied = await openLab(id, providerCase, sample, { skewMs })
    const dropped = await openLab(id, providerCase, sample, { skewMs })

    await survivesLostAnswer(applied)
    await survivesLostCall(dropped)
  })

  test('because it came too late: ambiguous, then found', async () => {
    const lab = await openLab(id, providerCase, sample)
    const lost = lab.lost()
    lab.inject(onSubmit('after', { kind: 'hang', ms: 60_000 }))

    const submission = await lab.submit(lab.connect(PATIENCE_MS))
    const { traces } = await resolve(lab, lost)

    expect(submission).toMatchObject({ kind: 'ambiguous', code: 'ETIMEDOUT' })
    expect(traces).toEqual(allTraced(lab, 'applied'))
  })

  test('by an empty 200 is ambiguous, unless the documents call that a success', async () => {
    const lab = await openLab(id, providerCase, sample)
    lab.inject(onSubmit('after', replying({ status: 200, body: '' })))

    const submission = await lab.submit()

    expect(submission.kind).toBe(providerCase.isEmptySuccess ? 'accepted' : 'ambiguous')
  })

  test('by a redirect is not looked for where it points', async () => {
    const lab = await openLab(id, providerCase, sample)
    const statuses = [301, 302, 303, 307, 308]
    const kinds: string[] = []

    for (const status of statuses) {
      lab.inject(onSubmit('before', replying({ status, headers: { location: '/elsewhere' }, body: '' })))
      kinds.push((await lab.submit()).kind)
    }

    expect(kinds).toEqual(statuses.map(() => 'ambiguous'))
    expect(lab.requests().map(({ status }) => status)).toEqual(statuses)
  })
})
