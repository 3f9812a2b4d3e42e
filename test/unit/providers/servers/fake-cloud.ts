import type { Action } from '../../../../lib/domain/action.ts'
import type { Options, Work } from '../../../../lib/domain/work.ts'
import type { Answer, Api, ApiRequest } from '../../../../lib/provider-kit/api.ts'
import type { FollowedJob, LostSubmission } from '../../../../lib/provider-kit/provider.ts'

export const NOW = Date.parse('2026-03-01T10:00:00.000Z')
export const PROJECT = '0215ef11e49d4743be23dd97a1561e91'
export const A = '616fb98f-46ca-475e-917e-2563e5a8cd19'
export const B = '726fb98f-46ca-475e-917e-2563e5a8cd20'

/** So many further servers. */
export const fleet = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`)

export const work = (action: Action, options: Options = {}): Work => ({
  provider: 'otc-ecs',
  action,
  target: { region: 'eu-de', projectId: PROJECT },
  options,
})

export const job = (action: Action, changes: Partial<FollowedJob> = {}): FollowedJob => ({
  ...work(action),
  batchId: 'b1',
  jobIds: ['ff80808288d41e1b018990260955686a'],
  nodeIds: [A, B],
  submittedAt: NOW - 120_000,
  visibilityMs: 60_000,
  ...changes,
})

export const lost = (action: Action, changes: Partial<LostSubmission> = {}): LostSubmission => ({
  ...work(action),
  batchId: 'b1',
  nodeIds: [A, B],
  sentAt: NOW - 100_000,
  settledAt: NOW - 70_000,
  ...changes,
})

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A whole answer; a body that is not text is sent as JSON. */
export const answer = (status: number, body: unknown = '', headers: Record<string, string> = {}): Answer => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { kind: 'response', status, headers, text, json: parsed(text), receivedAt: NOW }
}

export const refusal = (status: number, code: string, message = 'said'): Answer =>
  answer(status, { error: { message, code } })

export const notServed = answer(404, { error_code: 'APIGW.0101', error_msg: 'The API does not exist', request_id: 'r' })
export const timedOut: Answer = { kind: 'lost', code: 'ETIMEDOUT', reason: 'no answer in time' }

export type Shown = { status?: string; task?: string | null; updated?: string; fault?: { message: string } }

/** A server as the clouds show it. */
export const server = (
  id: string,
  { status = 'ACTIVE', task = null, updated = '2026-03-01T09:00:00Z', fault }: Shown = {},
) => ({
  id,
  name: 'node',
  status,
  updated,
  'OS-EXT-STS:task_state': task,
  ...(fault && { fault: { code: 500, ...fault } }),
})

/** A cloud that answers with a function, and keeps what it was asked. */
export const cloud = (reply: (request: ApiRequest, index: number) => Answer): Api & { requests: ApiRequest[] } => {
  const requests: ApiRequest[] = []
  return {
    requests,
    now: () => NOW,
    send: async (request) => {
      requests.push(request)
      return reply(request, requests.length - 1)
    },
  }
}

/** A cloud with these servers: shown one by one, and in pages. `null` is a server that does not exist. */
export const cloudWith = (servers: Readonly<Record<string, Shown | null>>, headers: Record<string, string> = {}) => {
  const existing = Object.entries(servers).flatMap(([id, shown]) => (shown === null ? [] : [server(id, shown)]))
  return cloud(({ path, query }) => {
    if (path.endsWith('/detail')) {
      const limit = Number(query?.['limit'])
      const from = (Number(query?.['offset']) - 1) * limit
      return answer(200, { count: existing.length, servers: existing.slice(from, from + limit) }, headers)
    }
    const found = existing.find(({ id }) => path.endsWith(`/${id}`))
    return found
      ? answer(200, { server: found }, headers)
      : answer(404, { error: { code: 'Ecs.0114', message: 'no' } }, headers)
  })
}
