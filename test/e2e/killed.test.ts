import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { actionsAt, apiClient, expectEventsOf, uuids } from '../helpers/api-client.ts'
import { runStart, type Started } from '../helpers/started.ts'

const projectId = '0215ef11e49d4743be23dd97a1561e91'
const otc = { region: 'eu-de', projectId }
const huawei = { region: 'cn-north-4', projectId }
const requests = [
  { provider: 'otc-ecs', action: 'restart', target: otc, nodeIds: uuids(600), rollout: { batchSize: 50 } },
  { provider: 'huaweicloud-ecs', action: 'stop', target: huawei, nodeIds: uuids(100), rollout: { batchSize: 20 } },
  { provider: 'huaweicloud-bms', action: 'restart', target: huawei, nodeIds: uuids(40), rollout: { batchSize: 10 } },
  { provider: 'otc-css', action: 'restart', target: otc, nodeIds: uuids(3) },
  {
    provider: 'qingcloud-ehpc',
    action: 'restart',
    target: { zone: 'jn1a', clusterId: 'ehpc-killed' },
    nodeIds: Array.from({ length: 60 }, (_, i) => `cln-${String(i).padStart(8, '0')}`),
  },
]

let folder = ''
let running: Started | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-killed-'))
})
afterEach(async () => {
  await running?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const start = async () => {
  running = await runStart(['--data', folder], { DROVER_TIME_SCALE: '60' })
  return { started: running, client: apiClient(running.url) }
}

const simulatorsOf = ({ stderr }: Started): string[] =>
  [...stderr().matchAll(/^simulator of \S+ +(http:\/\/\S+)$/gm)].map(([, url]) => url ?? '')

test('a stack that is killed again and again goes on where it was: everything ends, and no node is acted on twice', async () => {
  let { started, client } = await start()
  // Not waited for: the first kill comes while some of them are still being written.
  const sent = Promise.allSettled(
    requests.map(async (request, i) => client.post('/v1/operations', request, { 'idempotency-key': `killed-${i}` })),
  )

  for (const afterMs of [120, 300, 1_500]) {
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    await started.kill('SIGKILL')
    ;({ started, client } = await start())
    expect(started.stdout()).toBe(`ready ${started.url}\n`)
  }
  await sent
  const answers = await Promise.all(
    requests.map(async (request, i) => client.post('/v1/operations', request, { 'idempotency-key': `killed-${i}` })),
  )
  const ids = answers.map(({ body }) => body.operationId)
  const ends = await Promise.all(ids.map(async (id) => client.ended(id, 60_000)))

  expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true)
  expect(ends.map(({ status, counts }) => [status, counts.succeeded])).toEqual(
    requests.map(({ nodeIds }) => ['SUCCEEDED', nodeIds.length]),
  )
  const acted = (await Promise.all(simulatorsOf(started).map(actionsAt))).flat().map(({ nodeId }) => nodeId)
  expect(acted.toSorted()).toEqual(requests.flatMap(({ nodeIds }) => nodeIds).toSorted())
  await expect
    .poll(async () => {
      const ended = (await client.events()).filter(({ detail }) => !('batchId' in detail) && detail.endedAt !== null)
      return new Set(ended.map(({ detail }) => detail.operationId)).size
    })
    .toBe(ids.length)
  await expectEventsOf(client, ids)
}, 120_000)
