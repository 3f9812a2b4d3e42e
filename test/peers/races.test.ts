import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqsEvent } from '../../infra/local/sqs-event.ts'
import { createLedger } from '../../lib/aws/ledger.ts'
import type { Ledger } from '../../lib/domain/ports.ts'
import { uuids } from '../helpers/api-client.ts'
import { aBatch, nodeIds } from '../helpers/builders.ts'
import { region } from './deployed.ts'
import { startSystem, type System } from './system.ts'

const target = { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' }
const credentials = { accessKey: 'PEERACCESSKEY', secretKey: 'peer-secret-key' }

let system: System
let ledger: Ledger

beforeAll(async () => {
  system = await startSystem([{ provider: 'otc-ecs', target, credentials }])
  ledger = createLedger({ client: system.dynamo, tableName: system.tableName })
})
afterAll(() => system?.close())

/** How many of these came true, all begun at once. */
const trueOf = async (count: number, one: (i: number) => Promise<boolean>): Promise<number> =>
  (await Promise.all(Array.from({ length: count }, async (_, i) => one(i)))).filter(Boolean).length

describe('conditional writes', () => {
  test.each([1, 2, 3])('of forty writers of one version of a batch, one wins (round %i)', async () => {
    const operationId = randomUUID()
    const batch = aBatch({ operationId, batchId: `${operationId}.0001`, version: 0 })
    await ledger.createBatch(batch, nodeIds(2))
    const winners: number[] = []

    const won = await trueOf(40, async (i) => {
      const wrote = await ledger.saveBatch({ ...batch, version: 1, wave: i + 1 })
      if (wrote) winners.push(i + 1)
      return wrote
    })

    expect(won).toBe(1)
    expect([(await ledger.batch(operationId, batch.batchId))?.wave]).toEqual(winners)
  })

  test('of thirty that want one lease, one gets it; when its time is over, one again', async () => {
    const name = randomUUID()
    const take = (now: number) => trueOf(30, async (i) => ledger.acquire(name, `${now} ${i}`, now, now + 1000))

    const first = await take(1000)
    const meanwhile = await take(1999)
    const after = await take(2000)

    expect([first, meanwhile, after]).toEqual([1, 0, 1])
  })

  test('of eight counts of one shared limit at once, none is lost', async () => {
    const scope = randomUUID()
    const now = Date.now()
    const grant = (id: string) => ({ id, units: 1, until: now + 60_000 })
    const add = async (i: number) =>
      ledger.updateRate(
        scope,
        (rate) => ({ rate: { ...rate, grants: [...rate.grants, grant(String(i))] }, result: true }),
        now,
      )

    const added = await trueOf(8, add)

    const seen = await ledger.updateRate(scope, (rate) => ({ rate, result: rate.grants.length }), now)
    expect(added).toBe(8)
    expect(seen).toBe(8)
  })
})

const submit = async (ids: readonly string[], headers: Record<string, string> = {}) => {
  const body = { provider: 'otc-ecs', action: 'restart', target, nodeIds: ids }
  return system.request({ method: 'POST', target: '/v1/operations', body, headers })
}

/** The nodes were acted on once each, by one call. */
const expectOneCall = (ids: readonly string[], callsBefore: number): void => {
  const { acted, calls } = system.cloud('otc-ecs')
  expect(calls() - callsBefore).toBe(1)
  expect(
    acted()
      .filter((nodeId) => ids.includes(nodeId))
      .toSorted(),
  ).toEqual(ids.toSorted())
}

test('ten equal requests with one key at once: one 202, nine 200, one operation, one call of the provider', async () => {
  const ids = uuids(5)
  const before = system.cloud('otc-ecs').calls()

  const answers = await Promise.all(Array.from({ length: 10 }, async () => submit(ids, { 'idempotency-key': 'once' })))
  const other = await submit(uuids(1), { 'idempotency-key': 'once' })
  const operation = await system.ended(answers[0]!.body.operationId)

  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(9)
  expect(new Set(answers.map(({ body: { operationId } }) => operationId)).size).toBe(1)
  expect(other.status).toBe(409)
  expect(operation).toMatchObject({ status: 'SUCCEEDED', counts: { total: 5, succeeded: 5 } })
  expectOneCall(ids, before)
  expect(system.functions.failed()).toEqual([])
})

test('one message that four invokers work on at once, and a fifth later, is one call of the provider', async () => {
  const ids = uuids(5)
  const { functions } = system
  const { queue, local, arn } = system.mappingTo('invoker-otc-ecs')
  const before = system.cloud('otc-ecs').calls()

  const { body } = await submit(ids)
  const messages = await queue.take(1)
  const event = JSON.stringify(sqsEvent(messages, { arn, region }))
  const answers = await Promise.all(Array.from({ length: 4 }, async () => functions.call(local, event)))
  answers.push(await functions.call(local, event))
  await queue.remove(messages)
  const operation = await system.ended(body.operationId)

  expect(messages).toHaveLength(1)
  expect(answers).toEqual(Array.from({ length: 5 }, () => JSON.stringify({ batchItemFailures: [] })))
  expect(operation).toMatchObject({ status: 'SUCCEEDED', counts: { total: 5, succeeded: 5 } })
  expectOneCall(ids, before)
  expect(functions.failed()).toEqual([])
})
