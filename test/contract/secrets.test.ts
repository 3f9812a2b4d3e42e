import { describe, expect, test } from 'vitest'

import type { Credentials } from '../../lib/provider-kit/credentials.ts'
import { subjects } from './cases.ts'
import { openLab } from './lab.ts'
import type { Lab } from './lab.ts'

/** All that is secret in what was sent: the credentials and every signature, as they were on the wire and decoded. */
const secretsOf = (lab: Lab, credentials: Credentials): string[] => {
  const signatures = lab.received.flatMap(({ headers, target }) => {
    const inHeader = /Signature=([^,\s]+)/.exec(headers['authorization'] ?? '')?.[1] ?? ''
    const inQuery = /[?&]signature=([^&]+)/.exec(target)?.[1] ?? ''
    const decoded = decodeURIComponent(inQuery)
    return [inHeader, inQuery, decoded, decodeURIComponent(decoded)]
  })
  return [...Object.values(credentials), ...signatures.filter((text) => text !== '')]
}

const expectNoSecret = (lab: Lab, credentials: Credentials, results: readonly unknown[]): void => {
  const text = JSON.stringify(results, (_, value: unknown) => (value instanceof Map ? [...value] : value))
  for (const secret of secretsOf(lab, credentials)) expect(text).not.toContain(secret)
}

describe.each(subjects)('%s', (_, { id, providerCase, sample }) => {
  test.each(Object.entries(providerCase.wrongCredentials))(
    'with %s is rejected once, for good, and nothing secret is told',
    async (__, credentials) => {
      const lab = await openLab(id, providerCase, sample, { credentials })

      const submission = await lab.submit()
      const calls = lab.requests().length
      const [report] = await lab.provider.poll([lab.job([])], lab.api)
      const evidence = await lab.provider.reconcile(lab.lost(), lab.api)

      expect(submission).toMatchObject({ kind: 'rejected', perNode: false })
      // Five in a row lock a Huawei key: a refused key is not tried again to find out more.
      expect(calls).toBe(1)
      expect(report).toMatchObject({ kind: 'unreadable', auth: true })
      expect(evidence).toMatchObject({ kind: 'unreadable', auth: true })
      expect(lab.actions()).toEqual([])
      expectNoSecret(lab, credentials, [submission, report, evidence])
    },
  )

  test.each(Object.entries(providerCase.credentials))(
    'with %s tells nothing secret when the provider says back all that it was sent',
    async (__, credentials) => {
      const lab = await openLab(id, providerCase, sample, { credentials })
      lab.intercept((request) => {
        const sent = JSON.stringify({ ...request, body: request.body.toString(), credentials })
        return providerCase.refusal(`not like this: ${sent} ${request.target} ${request.headers['authorization']}`)
      })

      const submission = await lab.submit()
      const [report] = await lab.provider.poll([lab.job([])], lab.api)
      const evidence = await lab.provider.reconcile(lab.lost(), lab.api)

      expect(submission.kind).toBe('rejected')
      expect(JSON.stringify(submission)).toContain('not like this')
      expectNoSecret(lab, credentials, [submission, report, evidence])
    },
  )
})
