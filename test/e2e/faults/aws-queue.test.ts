import { describe } from 'vitest'
import { during, firstOf, sends, type Test } from '../../helpers/aws-calls.ts'
import { answerLost, awsError, closed, everyEntry, everySecond, someFailed } from '../../helpers/aws-manners.ts'
import type { AwsManner } from '../../helpers/hostile-aws.ts'
import { type PlatformRow, platformTrialsOf, triedOnPlatform, well } from './platform-trials.ts'

/** Longer than the SDK goes on by itself. */
const OUTAGE_MS = 2_000
/** One more than a call takes. */
const BATCHES = 11

const row = (name: string, when: Test, treat: AwsManner): PlatformRow =>
  well({ name, nodes: BATCHES, batchSize: 1, posts: BATCHES, aims: [{ service: 'SQS', when, treat }] })

const internal = { SenderFault: false, Code: 'InternalError' }
const sender = { SenderFault: true, Code: 'InvalidParameterValue' }

const trials = platformTrialsOf([
  row('takes every second message', firstOf(sends, 5), someFailed(everySecond, internal)),
  row('says that every second message is the sender’s fault', firstOf(sends, 5), someFailed(everySecond, sender)),
  row('takes no message', firstOf(sends, 5), someFailed(everyEntry, internal)),
  row('answers 500', during(sends, OUTAGE_MS), awsError(500, 'com.amazonaws.sqs#InternalFailure')),
  row('throttles', during(sends, OUTAGE_MS), awsError(403, 'com.amazonaws.sqs#RequestThrottled')),
  row('closes connections', during(sends, OUTAGE_MS), closed),
  row('takes messages, and its answers are lost', during(sends, OUTAGE_MS), answerLost),
])

describe('a queue that for a while', () => {
  triedOnPlatform(trials)
})
