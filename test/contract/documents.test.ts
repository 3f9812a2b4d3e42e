import { describe, expect, test } from 'vitest'

import { providers } from '../../lib/providers/registry.ts'
import { cases } from './cases.ts'
import { answers, errors, exchanges } from './documents.ts'
import { openLab } from './lab.ts'
import type { Cloud, Sample } from './provider-case.ts'

/** A cloud that always gives the same answer. */
const answering =
  (status: number, body: string): Cloud =>
  () => ({
    handle: () => ({ status, headers: { 'content-type': 'application/json' }, body }),
    snapshot: () => null,
    restore: () => {},
    actions: () => [],
  })

/** The provider's own sample of the action, with what the document says in the place of ours. */
const openDocument = (id: string, own: Partial<Sample> & Pick<Sample, 'action'>, status: number, body: string) => {
  const providerCase = cases[id as keyof typeof providers]
  const sample = providerCase.samples.find(({ action }) => action === own.action)
  if (sample === undefined) throw new Error(`${id} has no sample of ${own.action}`)
  const target = { ...sample.target, ...own.target }
  return openLab(id, providerCase, { ...sample, ...own, target }, { cloud: answering(status, body) })
}

test('every provider has an exchange of each of its actions', () => {
  for (const [id, { manifest }] of Object.entries(providers)) {
    const shown = exchanges.filter(({ providerId }) => providerId === id).map(({ action }) => action)

    expect([...new Set(shown)].toSorted()).toEqual(Object.keys(manifest.actions).toSorted())
  }
})

describe.each(exchanges)('$providerId: $document', ({ providerId, request, answer, jobIds, ...own }) => {
  test('is sent as it is written, byte for byte, and its answer is understood', async () => {
    const lab = await openDocument(providerId, own, answer.status, answer.body)

    const submission = await lab.submit()

    const [sent] = lab.received
    expect(lab.received).toHaveLength(1)
    expect(`${sent?.method} ${sent?.target.split('?')[0]}`).toBe(request.line)
    expect(sent?.body.toString()).toBe(request.body)
    if (request.body !== '') expect(sent?.headers['content-type']).toBe('application/json')
    expect(submission).toEqual({ kind: 'accepted', jobIds })
  })
})

describe.each(answers)(
  '$providerId: $document',
  ({ providerId, status, answer, report, secondsAfter, jobIds, ...own }) => {
    test('is understood', async () => {
      const lab = await openDocument(providerId, own, status, JSON.stringify(answer))
      const job = lab.job(jobIds)
      lab.advance(secondsAfter * 1000)

      const [said] = await lab.provider.poll([job], lab.api)

      expect(said).toMatchObject(report)
    })
  },
)

describe.each(errors)('$providerId: $document', ({ providerId, status, body, means, action }) => {
  test('is understood', async () => {
    const lab = await openDocument(providerId, { action }, status, body)

    const submission = await lab.submit()

    expect(submission).toMatchObject(means)
  })
})
