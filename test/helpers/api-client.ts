import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { expect } from 'vitest'
import type { AcceptedAction } from '../../infra/local/simulators/simulator.ts'
import type { NodeOutcome } from '../../lib/domain/outcome.ts'
import type { operationView } from '../../lib/domain/view.ts'
import type { JobChange, OperationChange } from '../../lib/domain/events.ts'

export type OperationView = ReturnType<typeof operationView>
type Problem = { title: string; detail: string; errors?: { path: string; message: string }[] }
type Page<T> = { items: T[]; nextCursor: string | null }

export type OutEvent = {
  sequence: number
  source: string
  'detail-type': string
  detail: OperationChange | JobChange
}

const sleep = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export const uuids = (count: number): string[] => Array.from({ length: count }, () => randomUUID())

/** The API of a running stack, as somebody outside sees it. */
export const apiClient = (url: string) => {
  const json = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`)
    expect({ path, status: response.status }).toEqual({ path, status: 200 })
    return (await response.json()) as T
  }

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      // Tests look at what they name of the one or the other.
      body: (text === '' ? {} : JSON.parse(text)) as OperationView & Problem,
    }
  }

  const operation = async (operationId: string) => json<OperationView>(`/v1/operations/${operationId}`)

  return {
    url,
    json,
    post,
    operation,
    /** Posts a request that must be accepted; the operation's id. */
    accept: async (body: unknown, headers: Record<string, string> = {}): Promise<string> => {
      const answer = await post('/v1/operations', body, headers)
      expect(answer).toMatchObject({ status: 202, body: { operationId: expect.any(String) } })
      return answer.body.operationId
    },
    /** The operation once it has ended. */
    ended: async (operationId: string, withinMs = 40_000): Promise<OperationView> => {
      const until = Date.now() + withinMs
      for (;;) {
        const found = await operation(operationId)
        if (found.endedAt !== null) return found
        if (Date.now() > until) throw new Error(`${operationId} is open: ${JSON.stringify(found.counts)}`)
        await sleep(100)
      }
    },
    /** All pages of a list. */
    pages: async <T>(path: string, limit: number): Promise<T[][]> => {
      const pages: T[][] = []
      let cursor: string | null = null
      do {
        const mark: string = path.includes('?') ? '&' : '?'
        const more: string = cursor === null ? '' : `&cursor=${cursor}`
        const page: Page<T> = await json<Page<T>>(`${path}${mark}limit=${limit}${more}`)
        pages.push(page.items)
        cursor = page.nextCursor
      } while (cursor !== null)
      return pages
    },
    events: async (): Promise<OutEvent[]> => (await json<Page<OutEvent>>('/local/events')).items,
    /** A request exactly as it is written, its path not made better by any client. */
    raw: async (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) =>
      new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
        const { hostname, port } = new URL(url)
        const sent = httpRequest({ hostname, port, method, path, headers }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          )
        })
        sent.on('error', reject)
        sent.end(body)
      }),
  }
}

export type ApiClient = ReturnType<typeof apiClient>

/** What a simulator at this address was made to do. */
export const actionsAt = async (simulator: string): Promise<AcceptedAction[]> =>
  (await (await fetch(`${simulator}/_simulator/actions`)).json()) as AcceptedAction[]

/**
 * What must be true of the events once all these operations have ended: each end and each batch's end is out, as the API
 * has it, and no other end; events of one id are the same; the parts of a batch together have the outcomes of its nodes.
 */
export const expectEventsOf = async (client: ApiClient, operationIds: readonly string[]): Promise<void> => {
  const events = await client.events()
  const contents = new Map<string, string>()
  for (const { detail, source } of events) {
    expect(source).toBe('drover')
    const text = JSON.stringify(detail)
    expect(text).toBe(contents.get(detail.eventId) ?? text)
    contents.set(detail.eventId, text)
  }
  const details = [...contents.values()].map((text) => JSON.parse(text) as OperationChange | JobChange)
  for (const operationId of operationIds) {
    const { status, counts, endedAt, batches } = await client.operation(operationId)
    const own = details.filter((detail) => detail.operationId === operationId)
    const ends = own.filter((detail) => !('batchId' in detail) && detail.endedAt !== null)
    expect(ends).toEqual([expect.objectContaining({ status, counts, endedAt, trigger: expect.any(String) })])

    const outcomes: NodeOutcome[] = []
    for (const batch of batches) {
      const parts = own
        .filter((detail): detail is JobChange => 'batchId' in detail && detail.batchId === batch.batchId)
        .filter((detail) => detail.endedAt !== null)
        .toSorted((a, b) => a.part - b.part)
      expect(parts.map(({ part }) => part)).toEqual(Array.from({ length: parts[0]?.parts ?? 1 }, (_, i) => i + 1))
      expect(new Set(parts.map((part) => part.status))).toEqual(new Set([batch.state]))
      outcomes.push(...parts.flatMap(({ nodes }) => nodes))
    }
    const listed = (await client.pages<NodeOutcome>(`/v1/operations/${operationId}/nodes`, 1000)).flat()
    const byNode = (a: NodeOutcome, b: NodeOutcome) => (a.nodeId < b.nodeId ? -1 : 1)
    expect(outcomes.toSorted(byNode)).toEqual(listed.toSorted(byNode))
  }
}
