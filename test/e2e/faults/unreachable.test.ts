import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient, type ApiClient, uuids } from '../../helpers/api-client.ts'
import { type HostileCloud, openHostileCloud, projectOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { allEnded, type Ending, endingOf, testEndings, type Trial } from './trial.ts'

const SCALE = 100
const tls = {
  key: readFileSync(join(import.meta.dirname, '../../fixtures/tls/self-signed.key'), 'utf8'),
  cert: readFileSync(join(import.meta.dirname, '../../fixtures/tls/self-signed.crt'), 'utf8'),
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/**
 * A port that nobody listens on, nor will by chance: systems give out ports from 32768 on, and the emulators of the stack that
 * starts next take whichever they are given.
 */
const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    if (await isFree(port)) return port
  }
}

const never = (name: string) => ({
  name,
  manners: {},
  status: 'FAILED' as const,
  counts: { failed: 3 },
  acted: 0,
  posts: 0,
})

/** One provider of the stack for each way not to be reached. */
const cases = {
  'huaweicloud-ecs': never('a name that does not exist: surely never sent, failed at the deadline'),
  'otc-bms': never('a certificate that nobody signed: surely never sent, failed at the deadline'),
  'huaweicloud-bms': never('a connection that is refused: surely never sent, failed at the deadline'),
  'otc-ecs': {
    name: 'a connection that is refused for a while: sent when there is somebody, done once',
    manners: {},
    status: 'SUCCEEDED' as const,
    posts: 1,
  },
}
type Id = keyof typeof cases
const trials = new Map(
  (Object.keys(cases) as Id[]).map((id): [Id, Trial] => [id, { row: cases[id], corner: id, nodeIds: uuids(3) }]),
)

describe('a cloud that cannot be reached', () => {
  const clouds: HostileCloud[] = []
  let stack: Started
  let client: ApiClient
  const operationIds = new Map<Id, string>()
  const endings = new Map<string, Ending>()

  beforeAll(async () => {
    const clock = { now: Date.now, scale: SCALE }
    const setting = { clock, seed: 5, credentials: huaweiCredentials }
    const options = { cornerOf: projectOf, mannersOf: () => undefined }
    const unsigned = await openHostileCloud(createEcsSimulator(setting), { ...options, tls })
    const [closedPort, laterPort] = [await freePort(), await freePort()]
    clouds.push(unsigned)
    stack = await runStart([], {
      DROVER_TIME_SCALE: String(SCALE),
      DROVER_GRACE_SECONDS: '2',
      DROVER_DEADLINE_SECONDS: '8',
      PROVIDER_ENDPOINT_HUAWEICLOUD_ECS: 'http://ecs.drover.invalid',
      PROVIDER_ENDPOINT_OTC_BMS: unsigned.url,
      PROVIDER_ENDPOINT_HUAWEICLOUD_BMS: `http://127.0.0.1:${closedPort}`,
      PROVIDER_ENDPOINT_OTC_ECS: `http://127.0.0.1:${laterPort}`,
    })
    client = apiClient(stack.url)
    for (const [provider, { corner, nodeIds }] of trials) {
      const region = provider.startsWith('otc') ? 'eu-de' : 'cn-north-4'
      const target = { region, projectId: corner }
      operationIds.set(provider, await client.accept({ provider, action: 'restart', target, nodeIds }))
    }
    // Until it was surely tried in vain.
    await vi.waitUntil(
      async () => ((await client.operation(operationIds.get('otc-ecs') ?? '')).batches[0]?.attempt ?? 0) > 1,
      { timeout: 30_000, interval: 100 },
    )
    const later = await openHostileCloud(createEcsSimulator(setting), { ...options, port: laterPort })
    clouds.push(later)

    await allEnded(client, [...operationIds.values()], 60_000)
    for (const [provider, trial] of trials) {
      const cloud = provider === 'otc-ecs' ? later : unsigned
      endings.set(trial.row.name, await endingOf(client, operationIds.get(provider) ?? '', trial, cloud))
    }
  }, 100_000)
  afterAll(async () => {
    await stack?.kill('SIGKILL')
    await Promise.all(clouds.map((cloud) => cloud.close()))
  })

  testEndings([...trials.values()], () => ({ client, operationIds: [...operationIds.values()], endings }))

  test('a failure says why, and that nothing was applied', () => {
    const reasons = (['huaweicloud-ecs', 'otc-bms', 'huaweicloud-bms'] as const).map(
      (id) => endings.get(cases[id].name)?.nodes[0],
    )

    // "Late": the last try was held up on our own machine.
    expect(reasons.map((node) => node?.code)).toEqual([
      expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN|Late)$/),
      expect.stringMatching(/^(DEPTH_ZERO_SELF_SIGNED_CERT|Late)$/),
      expect.stringMatching(/^(ECONNREFUSED|Late)$/),
    ])
    for (const node of reasons) expect(node?.reason).toMatch(/surely not applied/)
  })
})
