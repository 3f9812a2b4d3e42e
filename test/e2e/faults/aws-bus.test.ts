import { describe, expect, test } from 'vitest'
import { during, firstOf, publishes, publishesEnd, type Test } from '../../helpers/aws-calls.ts'
import { answerLost, awsError, closed, everyEntry, everySecond, someEventsFailed } from '../../helpers/aws-manners.ts'
import type { AwsManner } from '../../helpers/hostile-aws.ts'
import { type PlatformRow, platformTrialsOf, triedOnPlatform, well } from './platform-trials.ts'

/** Longer than the SDK goes on by itself. */
const OUTAGE_MS = 2_000
const BATCHES = 3
const LOST = 'takes ends, and its answers are lost'

const row = (name: string, when: Test, treat: AwsManner): PlatformRow =>
  well({ name, nodes: BATCHES, batchSize: 1, posts: BATCHES, aims: [{ service: 'EventBridge', when, treat }] })

const trials = platformTrialsOf([
  row('takes every second event', firstOf(publishes, 8), someEventsFailed(everySecond, 'InternalFailure')),
  row('takes every second end', firstOf(publishesEnd, 4), someEventsFailed(everySecond, 'ThrottlingException')),
  row('takes no end', firstOf(publishesEnd, 4), someEventsFailed(everyEntry, 'InternalFailure')),
  row('throttles all events with a 400', during(publishes, OUTAGE_MS), awsError(400, 'ThrottlingException')),
  row('throttles ends with a 400', during(publishesEnd, OUTAGE_MS), awsError(400, 'ThrottlingException')),
  row('throttles ends with a 429', during(publishesEnd, OUTAGE_MS), awsError(429, 'TooManyRequestsException')),
  row('answers ends with 500', during(publishesEnd, OUTAGE_MS), awsError(500, 'InternalException')),
  row('closes connections on ends', during(publishesEnd, OUTAGE_MS), closed),
  row(LOST, during(publishesEnd, OUTAGE_MS), answerLost),
])

describe('a bus that for a while', () => {
  const tried = triedOnPlatform(trials)

  test('ends whose answers were lost went out more than once', async () => {
    const { client, endings } = tried()
    const operationId = endings.get(LOST)?.operation.operationId
    const own = (await client.events()).filter(({ detail }) => detail.operationId === operationId)
    const ends = own.filter(({ detail }) => detail.endedAt !== null)
    const ids = new Set(ends.map(({ detail }) => detail.eventId))

    expect(ids.size).toBe(BATCHES + 1)
    expect(ends.length).toBeGreaterThan(ids.size)
  })
})
