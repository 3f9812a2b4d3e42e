import { describe, expect, test } from 'vitest'

import type { Evidence } from '../../lib/domain/evidence.ts'
import type { JobReport } from '../../lib/domain/job.ts'
import { oneOfEach, subjects } from './cases.ts'
import { allAs, follow } from './follow.ts'
import { failedReads, onRead, onSubmit, PATIENCE_MS, replying } from './faults.ts'
import { openLab } from './lab.ts'
import type { Lab } from './lab.ts'

/** Submits, and answers what is to be followed. */
const submitted = async (lab: Lab) => {
  const submission = await lab.submit()
  if (submission.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(submission)}`)
  return lab.job(submission.jobIds)
}

const verdictOf = (report: JobReport | Evidence | undefined) =>
  report?.kind === 'unreadable' ? { kind: report.kind, auth: report.auth } : report

describe.each(oneOfEach)('a look at %s', (_, { id, providerCase, sample }) => {
  const allUnreadable = new Map(Object.keys(failedReads).map((way) => [way, { kind: 'unreadable', auth: false }]))

  test('that failed says nothing, in whichever way; the next one does', async () => {
    const lab = await openLab(id, providerCase, sample)
    const job = await submitted(lab)
    const said = new Map<string, unknown>()

    for (const [way, then] of Object.entries(failedReads)) {
      lab.inject(onRead(then))
      said.set(way, verdictOf((await lab.provider.poll([job], lab.api))[0]))
    }
    const ending = await follow(lab, job)

    expect(said).toEqual(allUnreadable)
    expect(ending).toEqual({ kind: 'over', outcomes: allAs(lab.nodeIds, 'succeeded') })
  })

  test('for traces that failed proves nothing, in whichever way', async () => {
    const lab = await openLab(id, providerCase, sample)
    const lost = lab.lost()
    lab.inject(onSubmit('before', { kind: 'close' }))
    await lab.submit()
    const said = new Map<string, unknown>()

    for (const [way, then] of Object.entries(failedReads)) {
      lab.inject(onRead(then))
      said.set(way, verdictOf(await lab.provider.reconcile(lost, lab.api)))
    }

    expect(said).toEqual(allUnreadable)
  })

  test('that is told to wait says how long', async () => {
    const lab = await openLab(id, providerCase, sample)
    const job = await submitted(lab)
    lab.inject(onRead(replying({ status: 429, headers: { 'retry-after': '9' }, body: '' })))

    const [report] = await lab.provider.poll([job], lab.api)

    expect(report).toMatchObject({ kind: 'unreadable', waitMs: 9_000, auth: false })
  })

  test('that came too late says nothing', async () => {
    const lab = await openLab(id, providerCase, sample)
    const job = await submitted(lab)
    lab.inject(onRead({ kind: 'hang', ms: 60_000 }))

    const [report] = await lab.provider.poll([job], lab.connect(PATIENCE_MS))

    expect(report).toMatchObject({ kind: 'unreadable', code: 'ETIMEDOUT' })
  })
})

describe.each(subjects)('a look at %s', (_, { id, providerCase, sample }) => {
  test('for traces any part of which failed never says that a node is untouched which is not', async () => {
    const lab = await openLab(id, providerCase, sample)
    const lost = lab.lost()
    await lab.submit()
    lab.advance(lab.timing.graceMs)
    const before = lab.requests().length
    await lab.provider.reconcile(lost, lab.api)
    const reads = lab.requests().length - before

    for (let broken = 1; broken <= reads; broken += 1) {
      let read = 0
      lab.intercept((__, reply) => (++read === broken ? { status: 503, body: '' } : reply))
      const evidence = await lab.provider.reconcile(lost, lab.api)

      if (evidence.kind === 'seen') expect([...evidence.traces.values()]).not.toContain('untouched')
    }
    expect(reads).toBeGreaterThan(0)
  })

  test('for a job that the provider does not know says that it is gone', async () => {
    const lab = await openLab(id, providerCase, sample)
    const missing = providerCase.missingJob(sample)

    const [report] = await lab.provider.poll([lab.job(missing.jobIds, missing)], lab.api)

    expect(report?.kind).toBe('gone')
  })

  test('with a status that nobody knows says that it runs, from its beginning to long after its end', async () => {
    const lab = await openLab(id, providerCase, sample)
    const job = await submitted(lab)
    lab.intercept(({ method }, reply) =>
      method === 'GET' ? { ...reply, body: providerCase.unknownStatus(String(reply.body)) } : reply,
    )
    const [first] = await lab.provider.poll([job], lab.api)
    lab.advance(lab.timing.deadlineMs / 2)

    const [last] = await lab.provider.poll([job], lab.api)

    expect(first).toMatchObject({ kind: 'running', nodes: [] })
    expect(last).toMatchObject({ kind: 'running', nodes: [] })
  })

  test('at two submissions tells each its own', async () => {
    const lab = await openLab(id, providerCase, sample, { failing: sample.otherIds })
    const first = await submitted(lab)
    // Where one cluster takes one operation at a time, the second comes after the first.
    await follow(lab, first)
    const accepted = await lab.submit(lab.api, sample.otherIds)
    const second = lab.job(accepted.kind === 'accepted' ? accepted.jobIds : [], { nodeIds: sample.otherIds })
    lab.advance(lab.timing.expectedMs * 4)

    const isOneLook = lab.provider.pollKey?.(first) === lab.provider.pollKey?.(second)
    const reports = isOneLook
      ? await lab.provider.poll([second, first], lab.api)
      : [...(await lab.provider.poll([second], lab.api)), ...(await lab.provider.poll([first], lab.api))]

    const outcomes = reports.map((report) =>
      report.kind === 'ended' ? (report.nodes[0]?.outcome ?? report.rest.outcome) : report.kind,
    )
    expect(accepted.kind).toBe('accepted')
    expect(outcomes).toEqual(['failed', 'succeeded'])
  })
})
