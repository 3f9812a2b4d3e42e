import { expect, it } from 'vitest'
import type { MetricName, Metrics } from '../../../lib/domain/metrics.ts'
import { countedApi } from '../../../lib/flow/counted-api.ts'
import type { Answer } from '../../../lib/provider-kit/api.ts'
import { aManifest } from '../../helpers/builders.ts'

const response = (status: number, text = ''): Answer => ({
  kind: 'response',
  status,
  headers: {},
  text,
  json: undefined,
  receivedAt: 0,
})

/** The metrics that an answer raises. */
const countedOf = async (answer: Answer): Promise<MetricName[]> => {
  const names: MetricName[] = []
  const metrics: Metrics = {
    count: (name: MetricName, value: number, provider?: string) => {
      if (value === 1 && provider === 'test-ecs') names.push(name)
    },
    flush: () => {},
  }
  const provider = { manifest: aManifest(), isThrottled: ({ text }: { text: string }) => text === 'later' }
  const api = countedApi({ now: () => 0, send: async () => answer }, provider, metrics)
  expect(await api.send({ method: 'GET', path: '/' })).toBe(answer)
  return names
}

it.each<[string, Answer, MetricName[]]>([
  ['a call is counted', response(200), ['ProviderCalls']],
  ['a refusal is no error of the provider', response(404), ['ProviderCalls']],
  ['an answer 5xx is an error', response(503), ['ProviderCalls', 'ProviderErrors']],
  ['a lost answer is an error', { kind: 'lost', code: 'E', reason: '' }, ['ProviderCalls', 'ProviderErrors']],
  ['an answer that means "later" is a throttle', response(200, 'later'), ['ProviderCalls', 'ProviderThrottles']],
  ['a call that never left, or that our own limit held back, is none', { kind: 'not-sent', code: 'E', reason: '' }, []],
])('%s', async (_, answer, names) => {
  expect(await countedOf(answer)).toEqual(names)
})
