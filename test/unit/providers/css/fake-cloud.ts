import type { Answer, Api, ApiRequest } from '../../../../lib/provider-kit/api.ts'
import type { FollowedJob, LostSubmission } from '../../../../lib/provider-kit/provider.ts'
import type { Options, Work } from '../../../../lib/domain/work.ts'

export const NOW = Date.parse('2026-03-01T10:00:00.000Z')
export const CLUSTER = '47e49a5e-8ced-4d0d-ae15-2af62ac468e3'
export const PROJECT = '6204a5bd270343b5885144cf9c8c158d'
export const V1 = `/v1.0/${PROJECT}/clusters/${CLUSTER}`
export const V2 = `/v2.0/${PROJECT}/clusters/${CLUSTER}`

export const work = (options: Options = { rolling: false }): Work => ({
  provider: 'otc-css',
  action: 'restart',
  target: { region: 'eu-de', projectId: PROJECT },
  options,
})

export const job = (changes: Partial<FollowedJob> = {}): FollowedJob => ({
  ...work(),
  batchId: 'b1',
  jobIds: [],
  nodeIds: [CLUSTER],
  submittedAt: NOW - 10_000,
  visibilityMs: 60_000,
  ...changes,
})

export const lost = (changes: Partial<LostSubmission> = {}): LostSubmission => ({
  ...work(),
  batchId: 'b1',
  nodeIds: [CLUSTER],
  sentAt: NOW - 100_000,
  settledAt: NOW - 70_000,
  ...changes,
})

/** A whole answer; a body that is not text is sent as JSON. */
export const answer = (status: number, body: unknown = '', headers: Record<string, string> = {}): Answer => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { kind: 'response', status, headers, text, json: parsed(text), receivedAt: NOW }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Answers in the given order and keeps what it was asked; one question too many fails the test. */
export const fakeCloud = (...answers: Answer[]): Api & { requests: ApiRequest[] } => {
  const requests: ApiRequest[] = []
  return {
    requests,
    now: () => NOW,
    send: async (request) => {
      requests.push(request)
      const next = answers[requests.length - 1]
      if (next === undefined) throw new Error(`nothing to answer ${request.method} ${request.path}`)
      return next
    },
  }
}

/** A cluster as the document of 2023 shows it (huawei-otc.md, section 4): available, nothing going on. */
export const cluster = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  datastore: { type: 'elasticsearch', version: '7.10.2' },
  instances: [instance('ess', '200'), instance('ess', '200'), instance('ess-master', '200')],
  updated: '2026-02-01T02:07:13',
  name: 'css-1',
  created: '2023-10-09T02:07:13',
  id: CLUSTER,
  status: '200',
  endpoint: '192.168.0.11:9200',
  actionProgress: {},
  actions: [],
  httpsEnable: false,
  tags: [],
  ...changes,
})

export const instance = (type: string, status: unknown): Record<string, unknown> => ({
  status,
  type,
  id: 'd8f1ec5f-5f6c-4b3a-9a4c-6f2f4b8a1a01',
  name: `css-1-${type}-1-1`,
  specCode: 'ess.spec-4u8g',
  azCode: 'eu-de-01',
  ip: '192.168.0.11',
})

/** An error as CSS sends it in the field, and as its documents promise it. */
export const fieldError = (code: string) => ({ errCode: code, externalMessage: `${code} : some text` })
export const documentedError = (code: string) => ({ error_code: code, error_msg: 'some text' })
/** What the gateway says of a path that it does not serve. */
export const unknownApi = answer(404, {
  error_code: 'APIGW.0101',
  error_msg: 'The API does not exist or has not been published in the environment',
  request_id: '0123456789abcdef0123456789abcdef',
})
