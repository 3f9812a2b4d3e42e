import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Counts, NodeOutcome } from '../../../lib/domain/outcome.ts'
import { mapLimit } from '../../../lib/domain/map-limit.ts'
import { type ApiClient, expectEventsOf, type OperationView, uuids } from '../../helpers/api-client.ts'
import type { HostileCloud, Manners, Mutation } from '../../helpers/hostile-cloud.ts'

/** One fault: how the corner of the cloud behaves in which one operation is carried out, and how that must end. */
export type Row = {
  name: string
  manners: Manners
  /** What is asked for; a restart of three servers when absent. */
  action?: 'restart' | 'start' | 'stop' | 'delete'
  nodes?: number
  status: OperationView['status']
  /** Final outcomes; all nodes succeeded when absent. */
  counts?: Partial<Counts>
  /** The code of every node that did not succeed. */
  code?: string
  /** How many of the nodes the cloud really acted on, once each; all of them when absent. */
  acted?: number
  /** How many requests for a change the cloud received; not looked at when absent. */
  posts?: number
}

/** A row, and where and on what it is tried. */
export type Trial = { row: Row; corner: string; nodeIds: readonly string[] }

export const trialsOf = (rows: readonly Row[], idsOf: (count: number, corner: string) => string[] = uuids): Trial[] =>
  rows.map((row, index) => {
    const corner = `corner-${index + 1}`
    return { row, corner, nodeIds: idsOf(row.nodes ?? 3, corner) }
  })

export const mannersOf = (trials: readonly Trial[]): ((corner: string) => Manners | undefined) => {
  const byCorner = new Map(trials.map(({ corner, row }) => [corner, row.manners]))
  return (corner) => byCorner.get(corner)
}

/** What came of a row. */
export type Ending = {
  operation: OperationView
  nodes: readonly NodeOutcome[]
  mutations: readonly Mutation[]
  /** Nodes that were really acted on, as often as they were. */
  acted: readonly string[]
  reads: number
}

/** Trials that have ended; `endings` by the name of the row. */
export type Tried = { client: ApiClient; operationIds: readonly string[]; endings: ReadonlyMap<string, Ending> }

const TRIES = 5

/** Has each of these accepted, some at a time and as patiently as a busy machine needs; their ids, in this order. */
export const acceptAll = async (client: ApiClient, requests: readonly object[]): Promise<string[]> =>
  mapLimit(requests, 16, async (request) => {
    const key = { 'idempotency-key': randomUUID() }
    let answer = await client.post('/v1/operations', request, key)
    for (let tries = 1; answer.status === 503 && tries < TRIES; tries += 1) {
      answer = await client.post('/v1/operations', request, key)
    }
    expect(answer).toMatchObject({ status: expect.toSatisfy((status) => status === 202 || status === 200) })
    return answer.body.operationId
  })

/** Waits until all of these operations have ended. Throws after `withinMs` with those that have not. */
export const allEnded = async (client: ApiClient, ids: readonly string[], withinMs: number): Promise<void> => {
  const until = Date.now() + withinMs
  for (;;) {
    const listed = (await client.pages<OperationView>('/v1/operations', 100)).flat()
    const ended = new Set(listed.filter(({ endedAt }) => endedAt !== null).map(({ operationId }) => operationId))
    const open = ids.filter((id) => !ended.has(id))
    if (open.length === 0) return
    if (Date.now() > until) throw new Error(`still open: ${open.join(' ')}`)
    await sleep(250)
  }
}

/** What came of trials whose operations, in their order, have ended. */
export const endingsOf = async (
  client: ApiClient,
  operationIds: readonly string[],
  trials: readonly Trial[],
  cloud: HostileCloud,
): Promise<Map<string, Ending>> =>
  new Map(
    await mapLimit(trials, 8, async (trial, i) => {
      const ending = await endingOf(client, operationIds[i] ?? '', trial, cloud)
      return [trial.row.name, ending] as const
    }),
  )

/** What came of the operation of one trial, once it has ended. */
export const endingOf = async (
  client: ApiClient,
  operationId: string,
  { corner, nodeIds }: Trial,
  cloud: HostileCloud,
): Promise<Ending> => ({
  operation: await client.operation(operationId),
  nodes: (await client.pages<NodeOutcome>(`/v1/operations/${operationId}/nodes`, 1000)).flat(),
  mutations: cloud.mutations(corner),
  acted: cloud.actions().flatMap(({ nodeId }) => (nodeIds.includes(nodeId) ? [nodeId] : [])),
  reads: cloud.reads(corner),
})

/** The tests of all trials: each ends as its row says, and what was published, as often as it was, is what happened. */
export const testEndings = (trials: readonly Trial[], tried: () => Tried): void => {
  test.each(trials.map((trial) => [trial.row.name, trial] as const))('%s', (name, trial) => {
    const ending = tried().endings.get(name)
    if (ending === undefined) throw new Error('it was not tried')

    expectEnding(trial, ending)
  })

  test('every end was published, no operation has two, and what came twice came as it was', async () => {
    const { client, operationIds } = tried()

    await expectEventsOf(client, operationIds)
  })
}

/** The row's own promises, and those that hold for every row: each node at most once, one outcome each, none but those asked for. */
const expectEnding = ({ row, nodeIds }: Trial, ending: Ending): void => {
  const { operation, nodes, acted, mutations } = ending
  const total = nodeIds.length
  const none = { pending: 0, running: 0, succeeded: 0, failed: 0, skipped: 0, unknown: 0 }

  // What is told is true, whatever else: done is done, and what was surely not applied was not.
  const untrue = nodes.filter(({ nodeId, outcome, reason }) =>
    acted.includes(nodeId) ? /surely not applied/.test(reason ?? '') : outcome === 'succeeded',
  )
  expect(untrue).toEqual([])
  expect(acted.toSorted()).toEqual([...new Set(acted)].toSorted())

  expect({ status: operation.status, counts: operation.counts, batches: operation.batches }).toMatchObject({
    status: row.status,
    counts: { total, ...none, ...(row.counts ?? { succeeded: total }) },
  })
  expect(nodes.map(({ nodeId }) => nodeId).toSorted()).toEqual(nodeIds.toSorted())
  const codes = new Set(nodes.filter(({ outcome }) => outcome !== 'succeeded').map(({ code }) => code))
  if (row.code !== undefined) expect([...codes]).toEqual([row.code])
  expect(acted).toHaveLength(row.acted ?? total)
  if (row.posts !== undefined) expect(mutations).toHaveLength(row.posts)
  const asked = new Set(mutations.flatMap(({ body }) => body.match(/[0-9a-f]{8}-[0-9a-f-]{27}|(?<="|^)cln-\w+/g) ?? []))
  expect([...asked].filter((id) => !nodeIds.includes(id))).toEqual([])
}
