import { describe, expect, test } from 'vitest'
import { secrets } from '../helpers/world/clouds.ts'
import { expectNoSecret, tracesOf } from '../helpers/world/expect-whole.ts'
import { ehpcCluster, servers } from '../helpers/world/fleets.ts'
import { changing, type NetFault, replying } from '../helpers/world/network.ts'
import { idsFor, requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

/** A provider that says all it was sent, and more. */
const telltale =
  (status: number, shape: (said: string) => unknown): NetFault['outcome'] =>
  (act, request) => {
    const keys = Object.values(request.url.includes('qingcloud') ? secrets.qingcloud : secrets.huawei).join(' ')
    const said = `you sent ${request.headers['authorization'] ?? ''} to ${request.url} with ${keys}`
    return replying(status, shape(said), { 'x-echo': said })(act, request)
  }

const SIGNATURE = /Signature=[0-9a-f]{64}|[?&]signature=[^&\s[]{20}/

describe('no secret is in any row, log line, event, message or answer', () => {
  test('after a refusal that repeats the request', async () => {
    const world = await openWorld()
    const shape = (said: string) => ({
      error: { code: `Ecs.0005 ${said.slice(said.indexOf(' with '))}`, message: said },
    })
    world.network.fail({ method: 'POST', outcome: telltale(400, shape) })
    const operationId = await world.accept(requestFor('otc-ecs', 2))

    await world.run()

    const nodes = JSON.stringify(await world.nodes(operationId))
    expect(nodes).toContain('[redacted]')
    expect(nodes).not.toMatch(SIGNATURE)
    expect(await tracesOf(world)).not.toMatch(SIGNATURE)
    await expectNoSecret(world)
  })

  test('after a lost answer and a job whose parts repeat the keys', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const leaking = changing((body) => {
      const text = JSON.stringify(body)
      return JSON.parse(
        text
          .replaceAll('"status":"SUCCESS"', '"status":"FAIL"')
          .replaceAll('"fail_reason":null', `"fail_reason":"the key ${secrets.huawei.accessKey} was used"`)
          .replaceAll('"error_code":null', `"error_code":"${secrets.huawei.secretKey}"`),
      )
    })
    world.network.fail(
      { method: 'POST', outcome: telltale(500, (said) => ({ message: said })) },
      { method: 'GET', path: '/jobs/', times: 1000, outcome: leaking },
    )
    const operationId = await world.accept(requestFor('otc-ecs', 2))

    await world.run()

    expect(world.network.calls.some(({ path }) => path.includes('/jobs/'))).toBe(true)
    expect(JSON.stringify(await world.nodes(operationId))).not.toContain(secrets.huawei.accessKey)
    await expectNoSecret(world)
  })

  test('after EHPC refused a signature, in an operation and in an answer of ours', async () => {
    const world = await openWorld({ clouds: ehpcCluster(4) })
    const refusal = telltale(200, (said) => ({ ret_code: 1200, message: said }))
    world.network.fail({ method: 'POST', outcome: refusal })
    await world.accept(requestFor('qingcloud-ehpc', 2))
    await world.run()
    world.network.fail({ method: 'GET', times: 10, outcome: refusal })

    const request = requestFor('qingcloud-ehpc', 0, { action: 'delete', nodeIds: idsFor('qingcloud-ehpc', 1) })
    const { status, body } = await world.post(request)

    expect(status).toBe(503)
    expect(JSON.stringify(body)).not.toMatch(SIGNATURE)
    for (const secret of Object.values(secrets.qingcloud)) expect(JSON.stringify(body)).not.toContain(secret)
    expect(await tracesOf(world)).not.toMatch(SIGNATURE)
    await expectNoSecret(world)
  })
})

test('of a batch that fails with everything a provider can say, the ids are in the log, and nothing else of it', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  world.network.fail({ method: 'POST', times: 100, outcome: telltale(429, (said) => ({ message: said })) })
  await world.accept(requestFor('otc-ecs', 2))

  await world.run()

  expect(world.metered()).toMatchObject({ 'NodesFailed otc-ecs': 2 })
  expect(world.lines.length).toBeGreaterThan(0)
  for (const line of world.lines) {
    const { level, time, service, message, messageId, operationId, batchId, provider, ...said } = JSON.parse(line)
    expect([level, time, service, message, messageId, operationId, batchId, provider]).toEqual(
      Array(8).fill(expect.any(String)),
    )
    expect(Object.keys(said).toSorted()).toEqual(['answer', 'state'])
  }
  expect(await tracesOf(world)).not.toMatch(SIGNATURE)
  await expectNoSecret(world)
})

test('the scan for secrets finds one that is there', async () => {
  const world = await openWorld()
  await world.ledger.keepLetter({
    letterId: 'x',
    queue: 'q',
    body: secrets.huawei.secretKey,
    reason: '',
    receivedAt: 0,
    purpose: { kind: 'unreadable' },
  })

  await expect(expectNoSecret(world)).rejects.toThrow('to be false')
})

test('the scan for secrets looks into the metrics, too', async () => {
  const world = await openWorld()
  world.metrics.count('NodesFailed', 1, secrets.huawei.secretKey)

  await expect(expectNoSecret(world)).rejects.toThrow('to be false')
})
