/* oxlint-disable vitest/expect-expect -- the scenarios expect */
import { describe, expect, test } from 'vitest'

import { subjects } from './cases.ts'
import { allAs, follow, submitAndFollow } from './follow.ts'
import { onSubmit, replying } from './faults.ts'
import { openLab } from './lab.ts'
import { endsWell } from './scenarios.ts'

describe.each(subjects)('%s', (_, { id, providerCase, sample }) => {
  test.each([1, 60])('is accepted and followed until every node succeeded, %i times as fast', async (scale) => {
    const lab = await openLab(id, providerCase, sample, { scale })

    await endsWell(lab)
  })

  const otherKinds = Object.entries(providerCase.credentials).slice(1)
  test.each(otherKinds)('works with %s', async (__, credentials) => {
    const lab = await openLab(id, providerCase, sample, { credentials })

    await endsWell(lab)
  })

  test('has a node that fails told with its own code', async () => {
    const failing = sample.nodeIds.slice(0, 1)
    const lab = await openLab(id, providerCase, sample, { failing })

    const { kind, outcomes } = await submitAndFollow(lab)

    const { code, others } = providerCase.failure(sample.action)
    const othersCode = others === 'failed' ? code : null
    expect(kind).toBe('over')
    expect(outcomes).toEqual(new Map([...allAs(sample.nodeIds, others, othersCode), ...allAs(failing, 'failed', code)]))
  })

  test('meets its checks of the provider’s present state without acting', async () => {
    const lab = await openLab(id, providerCase, sample)

    const problems = (await lab.provider.preflight?.(lab.work, lab.nodeIds, lab.api)) ?? []

    expect(problems).toEqual([])
    expect(lab.requests().every(({ method }) => method === 'GET')).toBe(true)
  })

  test('never reached the provider when the connection is refused', async () => {
    const lab = await openLab(id, providerCase, sample)
    await lab.close()

    const submission = await lab.submit()
    const [report] = await lab.provider.poll([lab.job([])], lab.api)
    const evidence = await lab.provider.reconcile(lab.lost(), lab.api)

    expect(submission).toMatchObject({ kind: 'not-sent', code: 'ECONNREFUSED' })
    expect(report).toMatchObject({ kind: 'unreadable', auth: false })
    expect(evidence).toMatchObject({ kind: 'unreadable', auth: false })
  })

  test.each([
    ['in seconds', '7'],
    ['as a date', new Date(Date.parse('2026-01-05T10:00:07Z')).toUTCString()],
  ])('waits as long as a 429 with Retry-After %s says', async (__, retryAfter) => {
    const lab = await openLab(id, providerCase, sample)
    lab.inject(onSubmit('before', replying({ status: 429, headers: { 'retry-after': retryAfter }, body: '' })))

    const submission = await lab.submit()

    expect(submission.kind === 'throttled' && submission.waitMs).toBeGreaterThan(6_500 - 1)
    expect(submission.kind === 'throttled' && submission.waitMs).toBeLessThanOrEqual(7_000)
    expect(lab.actions()).toEqual([])
  })

  test.each(Object.entries(providerCase.flowLimits))('waits after %s, and then goes well', async (__, limit) => {
    const lab = await openLab(id, providerCase, sample)
    lab.inject(onSubmit('before', replying(limit.reply)))

    const first = await lab.submit()
    lab.advance(limit.waitMs)
    const submittedAt = lab.now()
    const second = await lab.submit()
    const ending = await follow(lab, lab.job(second.kind === 'accepted' ? second.jobIds : [], { submittedAt }))

    expect(first).toMatchObject({ kind: 'throttled', waitMs: limit.waitMs })
    expect(ending).toEqual({ kind: 'over', outcomes: allAs(lab.nodeIds, 'succeeded') })
    expect(lab.actions()).toHaveLength(lab.nodeIds.length)
  })
})
