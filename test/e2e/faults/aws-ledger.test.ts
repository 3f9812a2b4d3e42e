import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { uuids } from '../../helpers/api-client.ts'
import { during, endsBatch, firstOf, rowOf, type Test, writesBatch } from '../../helpers/aws-calls.ts'
import { answerLost, awsError, closed } from '../../helpers/aws-manners.ts'
import { honest } from '../../helpers/hostile-cloud.ts'
import type { AwsManner } from '../../helpers/hostile-aws.ts'
import {
  allPublished,
  type PlatformRow,
  platformTrialsOf,
  requestIn,
  triedOnPlatform,
  well,
} from './platform-trials.ts'
import { allEnded } from './trial.ts'

/** Longer than the SDK goes on by itself. */
const OUTAGE_MS = 4_000

const ways: readonly [string, AwsManner][] = [
  ['500s', awsError(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError')],
  ['throttles', awsError(400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException')],
  ['closed connections', closed],
]

const ledger = (when: Test, treat: AwsManner) => ({ service: 'DynamoDB' as const, when, treat })

/** From the call that begins it, nothing of the operation can be read or written. */
const outages = ([way, treat]: (typeof ways)[number]): PlatformRow[] => {
  const row = (when: string, begins: Test): PlatformRow =>
    well({ name: `${way} ${when}`, aims: [ledger(during(begins, OUTAGE_MS), treat)] })
  const looked = { at: false }
  return [
    row('from before the claim', writesBatch('SUBMITTING')),
    row('from after the answer, which cannot be recorded: found by its traces', writesBatch('RUNNING')),
    {
      ...row('while the job is polled', () => looked.at),
      manners: {
        read: (exchange) => {
          looked.at = true
          return honest(exchange)
        },
      },
    },
    row('from before the end is written', endsBatch('SUCCEEDED')),
  ]
}

const writes: readonly [string, Test][] = [
  ['the claim', writesBatch('SUBMITTING')],
  ['the record of the answer', writesBatch('RUNNING')],
  ['the end', endsBatch('SUCCEEDED')],
]

/** What was written and not answered: the SDK sends it once more, and then it seems to be somebody else's. */
const lost = ([what, when]: (typeof writes)[number]): PlatformRow[] => [
  well({ name: `${what} is written, its answer lost`, aims: [ledger(firstOf(when), answerLost)] }),
  well({
    name: `${what} is written, its answer lost as often as the SDK asks`,
    aims: [ledger(during(when, OUTAGE_MS), answerLost)],
  }),
]

const trials = platformTrialsOf([...ways.flatMap(outages), ...writes.flatMap(lost)])

describe('a ledger that', () => {
  const tried = triedOnPlatform(trials)

  test('answers at the second try only is believed to have written what it had written at the first', () => {
    const { platform } = tried()
    const rows = platform.calls('PutItem').map((call) => rowOf(call))
    const givenUp = new Set(rows.flatMap((row) => (row?.state === 'OUTCOME_UNKNOWN' ? [row.target?.projectId] : [])))
    const once = trials.filter(({ row }) => row.name.endsWith('its answer lost'))

    expect(once).toHaveLength(writes.length)
    expect(once.filter(({ corner }) => givenUp.has(corner))).toEqual([])
  })

  const requestOf = (corner: string) => {
    const nodeIds = uuids(8)
    const key = { 'idempotency-key': randomUUID() }
    return async () => tried().client.post('/v1/operations', requestIn(corner, nodeIds, 2), key)
  }
  const expectOneOperation = async (corner: string, ask: ReturnType<typeof requestOf>) => {
    const { client, cloud } = tried()
    const [late, again] = [await ask(), await ask()]
    const ended = await client.ended(late.body.operationId)

    expect([late.status, again.status]).toEqual([202, 200])
    expect(again.body.operationId).toBe(late.body.operationId)
    expect(ended).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 8 } })
    expect(cloud.mutations(corner)).toHaveLength(4)
    await allPublished(client, [late.body.operationId])
  }

  test('refuses connections when a request comes: asked again under its key it is one operation', async () => {
    const ask = requestOf('refused')
    const table = tried().platform.services.get('DynamoDB')

    await table?.refuse()
    const early = await ask()
    await sleep(2_000)
    await table?.listenAgain()

    expect(early.status).toBe(500)
    await expectOneOperation('refused', ask)
  })

  test('fails while a request is written: asked again under its key it is one operation', async () => {
    const ask = requestOf('half-written')
    const halfWritten = ledger(during(writesBatch('PLANNED'), 2_000), ways[0]?.[1] ?? closed)
    tried().platform.aim('half-written', [halfWritten])

    const early = [await ask(), await ask()]
    await sleep(2_000)

    expect(tried().platform.hits(halfWritten)).toBeGreaterThan(3)
    expect(early.map(({ status }) => status)).toEqual([500, 500])
    await expectOneOperation('half-written', ask)
  })
  test('refuses connections while operations are at work everywhere: each node is acted on once', async () => {
    const { client, cloud, platform } = tried()
    const corners = Array.from({ length: 8 }, (_, i) => `at-work-${i}`)
    const nodeIds = new Map(corners.map((corner) => [corner, uuids(3)]))
    const table = platform.services.get('DynamoDB')

    // Some are between answer and record when it begins, wherever the others are.
    const held = ledger(writesBatch('RUNNING'), () => {})
    for (const corner of corners) platform.aim(corner, [held])

    const requests = [...nodeIds].map(([corner, ids]) => requestIn(corner, ids))
    const operationIds = await Promise.all(requests.map(async (request) => client.accept(request)))
    await expect.poll(() => platform.hits(held), { timeout: 10_000, interval: 20 }).toBeGreaterThan(0)
    await table?.refuse()
    for (const corner of corners) platform.aim(corner, [])
    await sleep(OUTAGE_MS)
    await table?.listenAgain()
    await allEnded(client, operationIds, 30_000)

    const operations = await Promise.all(operationIds.map((id) => client.operation(id)))
    expect(operations.map(({ status }) => status)).toEqual(corners.map(() => 'SUCCEEDED'))
    expect(corners.map((corner) => cloud.mutations(corner).length)).toEqual(corners.map(() => 1))
    const acted = cloud.actions().map(({ nodeId }) => nodeId)
    expect([...nodeIds.values()].flat().map((id) => acted.filter((one) => one === id).length)).toEqual(
      Array.from({ length: 24 }, () => 1),
    )
    await allPublished(client, operationIds)
  })
})
