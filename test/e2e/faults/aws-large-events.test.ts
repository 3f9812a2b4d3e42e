import { describe, expect, test } from 'vitest'
import { firstOf, publishesEnd } from '../../helpers/aws-calls.ts'
import { everySecond, someEventsFailed } from '../../helpers/aws-manners.ts'
import { type PlatformRow, platformTrialsOf, triedOnPlatform } from './platform-trials.ts'

/** What EventBridge takes in one call. */
const MOST_ENTRIES = 10
const MOST_BYTES = 256 * 1024

const NODES = 900
/** Half of its characters have two bytes. */
const message = 'Speicher läuft über öfter. '.repeat(40)

const row: Omit<PlatformRow, 'name' | 'aims'> = {
  manners: {},
  nodes: NODES,
  status: 'FAILED',
  counts: { failed: NODES },
  code: 'Ecs.0227',
  posts: 1,
}
const aim = {
  service: 'EventBridge',
  when: firstOf(publishesEnd, 3),
  treat: someEventsFailed(everySecond, 'InternalFailure'),
} as const
const trials = platformTrialsOf([
  { ...row, name: `${NODES} nodes that fail for long reasons`, aims: [] },
  { ...row, name: 'the same, and the bus does not take all parts at first', aims: [aim] },
])

type Put = { Entries: { Source: string; DetailType: string; Detail: string }[] }

const bytesOf = ({ Entries }: Put): number =>
  Entries.reduce((sum, one) => sum + 14 + Buffer.byteLength(one.Source + one.DetailType + one.Detail), 0)

describe('an end that no event has room for', () => {
  const nodeIds = trials.flatMap((trial) => trial.nodeIds)
  const failing = Object.fromEntries(nodeIds.map((id) => [id, { code: 'Ecs.0227', message }]))
  const tried = triedOnPlatform(trials, { failing })

  test('comes in parts, none of which has more than the bus takes', async () => {
    const { platform, client, operationIds } = tried()
    const calls = platform.calls('PutEvents').map(({ text }) => JSON.parse(text) as Put)
    const parts = (await client.events()).flatMap(({ detail }) =>
      'parts' in detail && detail.endedAt !== null ? [detail] : [],
    )

    expect(operationIds.map((id) => parts.find(({ operationId }) => operationId === id)?.parts)).toEqual([3, 3])
    expect(calls.filter(({ Entries }) => Entries.length > MOST_ENTRIES)).toEqual([])
    expect(calls.filter((call) => bytesOf(call) > MOST_BYTES)).toEqual([])
  })
})
