import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { inflateRawSync } from 'node:zlib'
import { expect } from 'vitest'
import { isEnded } from '../../../lib/domain/batch.ts'
import { isPublic, jobChanges, operationChange, type StateChange } from '../../../lib/domain/events.ts'
import { countNodes, operationsEnded } from '../../../lib/domain/metrics.ts'
import { hasEnded } from '../../../lib/domain/operation.ts'
import { outcomesOf } from '../../../lib/domain/result.ts'
import { secretTexts } from './clouds.ts'
import type { World } from './world.ts'

/**
 * What must be true of a world in which nothing is open any more: every operation, batch and node has ended (S2), each
 * end is on the bus as the ledger has it, under one id and content (S3), no node was acted on twice or without being
 * asked for (S1, S4), no secret is anywhere (S6), and nothing was counted twice.
 */
export const expectWhole = async (world: World, operationIds: readonly string[]): Promise<void> => {
  expect(await world.ledger.agenda(1)).toEqual([])
  const asked = new Set<string>()
  for (const operationId of operationIds) {
    const ends = await endsOf(world, operationId)
    for (const nodeId of ends.nodeIds) asked.add(nodeId)
    for (const change of ends.changes) expectPublished(world, change)
  }
  expectSameContent(world)
  expectActedAtMostOnce(world, asked)
  await expectCountedAtMostOnce(world)
  await expectNoSecret(world)
}

/** The changes that an ended operation and its batches must have published, made from the ledger anew. */
const endsOf = async ({ ledger }: World, operationId: string) => {
  const operation = await ledger.operation(operationId)
  if (operation === undefined || !hasEnded(operation)) throw new Error(`${operationId} has not ended`)
  const batches = (await ledger.batches(operationId)).filter(({ state }) => state !== 'SPLIT')
  const changes: StateChange[] = [operationChange(operation)]
  const nodeIds: string[] = []
  for (const batch of batches) {
    expect({ ...batch, ended: isEnded(batch) }).toMatchObject({ ended: true })
    expect(isPublic(batch)).toBe(true)
    const ids = await ledger.nodeIds(operationId, batch.batchId)
    const outcomes = outcomesOf(batch, ids, await ledger.results(operationId, batch.batchId))
    for (const { outcome } of outcomes) expect(['succeeded', 'failed', 'skipped', 'unknown']).toContain(outcome)
    nodeIds.push(...ids)
    changes.push(...jobChanges(batch, outcomes))
  }
  expect(new Set(nodeIds).size).toBe(nodeIds.length)
  expect(nodeIds).toHaveLength(operation.counts.total)
  return { changes, nodeIds }
}

const expectPublished = ({ platform }: World, { detail, detailType, time }: StateChange): void => {
  const found = platform.published.filter(({ detail: { eventId } }) => eventId === detail.eventId)
  expect(found.length).toBeGreaterThan(0)
  for (const event of found) expect(event).toEqual({ detail, detailType, time })
}

/** Two events of one id are the same to the letter. */
export const expectSameContent = ({ platform }: Pick<World, 'platform'>): void => {
  const known = new Map<string, string>()
  for (const event of platform.published) {
    const text = JSON.stringify(event)
    expect(text).toBe(known.get(event.detail.eventId) ?? text)
    known.set(event.detail.eventId, text)
  }
}

const expectActedAtMostOnce = (world: World, asked: ReadonlySet<string>): void => {
  const acted = world.acted()
  expect(acted).toHaveLength(new Set(acted).size)
  for (const act of acted) expect(asked).toContain(act.split(' ')[1])
}

/** Who dies takes counts along; nobody may count what somebody else has counted. */
const expectCountedAtMostOnce = async ({ ledger, metered }: World): Promise<void> => {
  const { items } = await ledger.listOperations({ limit: 100 })
  const happened = new Map<string, number>()
  const add = (name: string, provider: string, value: number) =>
    happened.set(`${name} ${provider}`, (happened.get(`${name} ${provider}`) ?? 0) + value)
  for (const { provider, status, counts } of items) {
    add('OperationsAccepted', provider, 1)
    if (status !== 'PLANNING' && status !== 'RUNNING') add(operationsEnded[status], provider, 1)
    countNodes(
      { provider, counts },
      { count: (name: string, value: number) => add(name, provider, value), flush: () => {} },
    )
  }
  const tooMany = Object.entries(metered()).filter(
    ([key, value]) => /^(?:Operations|Nodes)/.test(key) && value > (happened.get(key) ?? 0),
  )
  expect(tooMany).toEqual([])
}

/** Everything that stays or leaves, as text: rows, log lines, events, messages. */
export const tracesOf = async ({ table, lines, metrics, metricLines, platform, letters }: World): Promise<string> => {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }))
  const rows = Items.map((item) =>
    Object.entries(item).map(([name, value]) => {
      const packed = value.B !== undefined && item['format']?.S === 'deflate'
      return `${name}=${packed ? inflateRawSync(value.B).toString() : JSON.stringify(value)}`
    }),
  )
  metrics.flush()
  return [
    rows.flat(),
    lines,
    metricLines,
    platform.published.map((one) => JSON.stringify(one)),
    platform.messages,
    letters,
  ]
    .flat()
    .map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    .join('\n')
}

export const expectNoSecret = async (world: World): Promise<void> => {
  const traces = await tracesOf(world)
  for (const secret of secretTexts) {
    expect(traces.includes(secret)).toBe(false)
    expect(traces.includes(encodeURIComponent(secret))).toBe(false)
  }
}
