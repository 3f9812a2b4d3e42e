import { describe, expect, test } from 'vitest'

import type { Submission } from '../../lib/domain/submission.ts'
import { subjects } from './cases.ts'
import { expectActedOnce, type Lab, openLab } from './lab.ts'

/** What was received as a call, with what its signature is made of taken out. */
const callsOf = ({ received }: Lab) => received.filter(({ method }) => method === 'POST')
const unsigned = (target: string): string => target.replaceAll(/[?&](?:signature|timestamp|access_key_id)=[^&]*/g, '')

const codeOf = (submission: Submission): string => ('code' in submission ? submission.code : submission.kind)

describe.each(subjects)('%s', (_, { id, providerCase, sample }) => {
  const wrong = Object.entries(providerCase.wrongCredentials)

  test.each(wrong)(
    'with %s that was changed meanwhile is signed anew and sent once more, the same',
    async (__, old) => {
      const lab = await openLab(id, providerCase, sample)

      const submission = await lab.submit(lab.authenticated(old, lab.credentials))

      const [first, second, ...others] = callsOf(lab)
      expect(submission.kind).toBe('accepted')
      expect(others).toEqual([])
      expect(second?.body.toString()).toBe(first?.body.toString())
      expect(unsigned(second?.target ?? '')).toBe(unsigned(first?.target ?? ''))
      expectActedOnce(lab)
    },
  )

  test.each(wrong)('with %s is refused once, and what comes after is not sent', async (__, credentials) => {
    const lab = await openLab(id, providerCase, sample)
    const api = lab.authenticated(credentials)

    const refused = await lab.submit(api)
    const after = await lab.submit(api)
    const [report] = await lab.provider.poll([lab.job([])], api)
    const evidence = await lab.provider.reconcile(lab.lost(), api)
    lab.advance(29_000)
    const [late] = await lab.provider.poll([lab.job([])], api)

    expect(lab.requests()).toHaveLength(1)
    expect(refused).toMatchObject({ kind: 'rejected', perNode: false })
    expect(after).toMatchObject({ kind: 'not-sent', code: 'CredentialRefused' })
    expect('reason' in after && after.reason).toContain(codeOf(refused))
    for (const look of [report, evidence, late]) expect(look).toMatchObject({ kind: 'unreadable', auth: true })
    expect(lab.actions()).toEqual([])
  })

  test.each(wrong)('with %s is given up for good after a minute', async (__, credentials) => {
    const lab = await openLab(id, providerCase, sample)
    const api = lab.authenticated(credentials)
    await lab.submit(api)
    lab.advance(30_000)
    await lab.submit(api)
    lab.advance(31_000)

    const submission = await lab.submit(api)

    expect(submission).toMatchObject({ kind: 'rejected', code: 'CredentialRefused', perNode: false })
    expect(lab.requests()).toHaveLength(2)
  })

  test.each([-20, 20])('is accepted by a cloud whose clock is %i minutes ahead, after one refusal', async (minutes) => {
    const lab = await openLab(id, providerCase, sample, { skewMs: minutes * 60_000 })
    const api = lab.authenticated(lab.credentials)

    const submission = await lab.submit(api)
    const jobIds = submission.kind === 'accepted' ? submission.jobIds : []
    const [report] = await lab.provider.poll([lab.job(jobIds)], api)

    expect(submission.kind).toBe('accepted')
    expect(callsOf(lab)).toHaveLength(2)
    expect(report?.kind).toBe('running')
    expectActedOnce(lab)
  })
})
