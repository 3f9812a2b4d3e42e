import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { startStack, type Stack } from '../../../infra/local/stack.ts'
import { apiClient } from '../../helpers/api-client.ts'
import { type HostileCloud, openHostileCloud, projectOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { acting, first, hanging } from '../../helpers/manners.ts'
import { root, templateFile } from '../../helpers/packaged.ts'
import { acceptAll, allEnded, endingsOf, mannersOf, type Row, testEndings, trialsOf, type Tried } from './trial.ts'

const SCALE = 100
/** Less than the client waits for an answer, which is 3 s in a stack that is so fast. */
const LIMIT_SECONDS = 2

const rows: readonly Row[] = [
  {
    name: 'before the cloud acts: proved not applied, sent again, done once',
    manners: { post: first(hanging) },
    status: 'SUCCEEDED',
    posts: 2,
  },
  {
    name: 'after the cloud acted: found, not sent again',
    manners: { post: first(acting(hanging)) },
    status: 'SUCCEEDED',
    posts: 1,
  },
]

/** The packaged project with a shorter limit of the function that calls otc-ecs. */
const packageWithLimit = async (folder: string): Promise<void> => {
  for (const part of ['.serverless', '.build']) await cp(join(root, part), join(folder, part), { recursive: true })
  const template = JSON.parse(await readFile(templateFile, 'utf8')) as {
    Resources: { InvokerOtcEcsLambdaFunction: { Properties: { Timeout: number } } }
  }
  template.Resources.InvokerOtcEcsLambdaFunction.Properties.Timeout = LIMIT_SECONDS
  await writeFile(templateFile.replace(root, folder), JSON.stringify(template))
}

describe('a function that is stopped at its own limit in the middle of its call', () => {
  const trials = trialsOf(rows)
  const logs: string[] = []
  let folder = ''
  let cloud: HostileCloud
  let stack: Stack
  let tried: Tried

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-limit-'))
    await packageWithLimit(folder)
    const clock = { now: Date.now, scale: SCALE }
    const simulator = createEcsSimulator({ clock, seed: 7, credentials: huaweiCredentials })
    cloud = await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf: mannersOf(trials) })
    stack = await startStack({
      root: folder,
      env: {
        DROVER_TIME_SCALE: String(SCALE),
        DROVER_GRACE_SECONDS: '2',
        DROVER_DEADLINE_SECONDS: '20',
        LOG_LEVEL: 'error',
        PROVIDER_ENDPOINT_OTC_ECS: cloud.url,
      },
      onLog: (text) => logs.push(text),
    })
    const client = apiClient(stack.url)
    const requests = trials.map(({ corner, nodeIds }) => ({
      provider: 'otc-ecs',
      action: 'restart',
      target: { region: 'eu-de', projectId: corner },
      nodeIds,
    }))
    const operationIds = await acceptAll(client, requests)
    await allEnded(client, operationIds, 60_000)
    tried = { client, operationIds, endings: await endingsOf(client, operationIds, trials, cloud) }
  }, 90_000)
  afterAll(async () => {
    await stack?.close()
    await cloud?.close()
    await rm(folder, { recursive: true, force: true })
  })

  testEndings(trials, () => tried)

  test('it was the limit that stopped it, and the message stayed in the queue', () => {
    // The handler's frame gives up some milliseconds before Lambda does.
    const stopped = /invoker-otc-ecs: (?:TimeoutError|Sandbox\.Timedout): .+ messages stay in the queue/g

    expect(logs.join('').match(stopped)?.length).toBeGreaterThanOrEqual(2)
  })
})
