import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../helpers/api-client.ts'
import {
  butFirst,
  endsBatch,
  marksBatchEnd,
  marksOperationEnd,
  publishesEnd,
  publishesOperationEnd,
  sends,
  type Test,
  writesBatch,
} from '../../helpers/aws-calls.ts'
import type { AwsService } from '../../helpers/hostile-aws.ts'
import type { Started } from '../../helpers/started.ts'
import {
  allPublished,
  openPlatformTrials,
  type PlatformRow,
  type PlatformTried,
  platformTrialsOf,
  testPlatformEndings,
  well,
} from './platform-trials.ts'
import { allEnded, endingsOf, type Tried } from './trial.ts'

/** What must have happened when the stack is killed: requests to the cloud, and ends that were published. */
type Progress = { posts: number; ends: number }
type Moment = PlatformRow & { arrived: Promise<void>; progress: Partial<Progress> }

/** A call that is held until the stack is killed: before it is carried out, or after. */
const moment = (
  name: string,
  [service, when]: readonly [AwsService, Test],
  isDone: boolean,
  progress: Partial<Progress>,
  rest: Partial<PlatformRow> = {},
): Moment => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const hold: PlatformRow['aims'][number] = {
    service,
    when,
    treat: async ({ act }) => {
      if (isDone) await act()
      resolve()
    },
  }
  return { ...well({ name, aims: [hold], ...rest }), arrived, progress }
}

const [before, after] = [false, true]
const nothing = { posts: 0, ends: 0 }
const sent = { posts: 1, ends: 0 }

/** Those of one kill. A poller that is held holds up its provider: it has a kill for each moment. */
const kills: readonly (readonly Moment[])[] = [
  [
    moment('after an operation is accepted, before it is sent', ['SQS', sends], before, nothing),
    moment(
      'between two sends of one operation',
      ['SQS', butFirst(sends)],
      before,
      {},
      {
        nodes: 11,
        batchSize: 1,
        posts: 11,
      },
    ),
    moment('after the claim, before the request', ['DynamoDB', writesBatch('SUBMITTING')], after, nothing),
    moment('after the answer, before it is recorded', ['DynamoDB', writesBatch('RUNNING')], before, sent),
    moment('after the record, before anything else', ['DynamoDB', writesBatch('RUNNING')], after, sent),
  ],
  [moment('before the end of a batch is written', ['DynamoDB', endsBatch('SUCCEEDED')], before, sent)],
  [moment('after the end of a batch is written', ['DynamoDB', endsBatch('SUCCEEDED')], after, sent)],
  [moment('before the end of a batch is published', ['EventBridge', publishesEnd], before, sent)],
  [moment('after the end of a batch is published', ['EventBridge', publishesEnd], after, { posts: 1, ends: 1 })],
  [
    moment('before the end of an operation is published', ['EventBridge', publishesOperationEnd], before, {
      posts: 1,
      ends: 1,
    }),
  ],
  [
    moment('before it is written that the end of an operation was', ['DynamoDB', marksOperationEnd], before, {
      posts: 1,
      ends: 2,
    }),
  ],
  [
    moment('before it is written that the end of a batch was', ['DynamoDB', marksBatchEnd], before, {
      posts: 1,
      ends: 2,
    }),
  ],
]

const trials = platformTrialsOf(kills.flat())

describe('kill -9 of the whole stack', () => {
  let folder = ''
  let opened: Awaited<ReturnType<typeof openPlatformTrials>>
  let stack: Started
  let tried: Tried & Pick<PlatformTried, 'platform'>
  const found = new Map<string, Progress>()

  /** Asks for an operation in the trial's corner; the stack may die before it has answered. */
  const ask = (client: ApiClient, row: PlatformRow): void => {
    const request = opened.requests[trials.findIndex((trial) => trial.row === row)]
    client.post('/v1/operations', request, { 'idempotency-key': randomUUID() }).catch(() => {})
  }
  const endsIn = async (client: ApiClient, corner: string): Promise<number> => {
    const own = (await client.events()).filter(({ detail }) => detail.target['projectId'] === corner)
    return new Set(own.flatMap(({ detail }) => (detail.endedAt === null ? [] : [detail.eventId]))).size
  }
  const killAt = async (moments: readonly Moment[]): Promise<void> => {
    const client = apiClient(stack.url)
    for (const row of moments) ask(client, row)
    await Promise.all(moments.map(({ arrived }) => arrived))
    for (const { row, corner } of trials.filter((trial) => moments.some((one) => one === trial.row))) {
      found.set(row.name, { posts: opened.cloud.mutations(corner).length, ends: await endsIn(client, corner) })
    }
    await stack.kill('SIGKILL')
    for (const { row, corner } of trials) if (moments.some((one) => one === row)) opened.platform.aim(corner, [])
    stack = await opened.start(['--data', folder])
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-faults-'))
    opened = await openPlatformTrials(trials)
    stack = await opened.start(['--data', folder])
    for (const moments of kills) await killAt(moments)

    const client = apiClient(stack.url)
    const { cloud, platform } = opened
    const operationIds = trials.map(({ corner }) => platform.operations(corner)[0] ?? '')
    await allEnded(client, operationIds, 80_000)
    await allPublished(client, operationIds)
    tried = { client, operationIds, endings: await endingsOf(client, operationIds, trials, cloud), platform }
  }, 180_000)
  afterAll(async () => {
    await stack?.kill('SIGKILL')
    await opened?.close()
    await rm(folder, { recursive: true, force: true })
  })

  testPlatformEndings(trials, () => tried)

  test('it was killed at these moments', () => {
    expect(Object.fromEntries(found)).toMatchObject(
      Object.fromEntries(kills.flat().map(({ name, progress }) => [name, progress])),
    )
  })
})
