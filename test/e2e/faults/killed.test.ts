import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient } from '../../helpers/api-client.ts'
import { type HostileCloud, type Manner, openHostileCloud, projectOf, send } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { acting, closing, first } from '../../helpers/manners.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { acceptAll, allEnded, endingsOf, mannersOf, type Row, testEndings, trialsOf, type Tried } from './trial.ts'

const SCALE = 100

/** Counts down; `done` when it has been told so often. */
const countdown = (count: number) => {
  const { promise: done, resolve } = Promise.withResolvers<void>()
  let left = count
  return {
    done,
    tell: () => {
      left -= 1
      if (left === 0) resolve()
    },
  }
}

/**
 * Moments at which the stack is killed while it waits for, or has just got, the answer to the call that acts. All of them
 * at once: `arrived` is told when a call is where it is to be.
 */
const momentsOf = (arrived: () => void, killed: Promise<void>): Row[] => {
  const arriving: Manner = () => arrived()
  const rows: { name: string; post: Manner; posts: number }[] = [
    { name: 'before the cloud acts, which never does: proved not applied, sent again', post: arriving, posts: 2 },
    {
      name: 'before the cloud acts, which does it all the same when nobody listens any more',
      post: async ({ act }) => {
        arrived()
        await killed
        act()
      },
      posts: 1,
    },
    {
      name: 'after the cloud acted and before it answered',
      post: ({ act }) => {
        act()
        arrived()
      },
      posts: 1,
    },
    {
      name: 'in the middle of the answer',
      post: ({ act, response }) => {
        const { status, body } = act()
        response.writeHead(status, { 'content-length': String(body.length) })
        response.write(body.slice(0, 5), arrived)
      },
      posts: 1,
    },
    {
      name: 'as soon as the answer is on its way',
      post: ({ act, response }) => {
        response.on('finish', arrived)
        send(response, act())
      },
      posts: 1,
    },
  ]
  const looking: readonly Row[] = [
    { name: 'while it looks at the job', manners: { read: first(arriving) }, status: 'SUCCEEDED', posts: 1 },
    {
      name: 'while it looks for an answer that was lost before the cloud acted',
      manners: { post: first(closing), read: first(arriving) },
      status: 'SUCCEEDED',
      posts: 2,
    },
    {
      name: 'while it looks for an answer that was lost after the cloud acted',
      manners: { post: first(acting(closing)), read: first(arriving) },
      status: 'SUCCEEDED',
      posts: 1,
    },
  ]
  const sending = rows.map(({ name, post, posts }): Row => ({
    name,
    manners: { post: first(post) },
    status: 'SUCCEEDED',
    posts,
  }))
  return [...sending, ...looking]
}

describe('kill -9 of the whole stack', () => {
  const { promise: killed, resolve: wasKilled } = Promise.withResolvers<void>()
  const arrivals = countdown(8)
  const trials = trialsOf(momentsOf(arrivals.tell, killed))
  let folder = ''
  let cloud: HostileCloud
  let stack: Started
  let tried: Tried

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-faults-'))
    const clock = { now: Date.now, scale: SCALE }
    const simulator = createEcsSimulator({ clock, seed: 7, credentials: huaweiCredentials })
    cloud = await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf: mannersOf(trials) })
    const start = async () =>
      runStart(['--data', folder], {
        DROVER_TIME_SCALE: String(SCALE),
        DROVER_GRACE_SECONDS: '2',
        DROVER_DEADLINE_SECONDS: '20',
        PROVIDER_ENDPOINT_OTC_ECS: cloud.url,
      })
    stack = await start()
    const before = apiClient(stack.url)
    const operationIds = await acceptAll(
      before,
      trials.map(({ corner, nodeIds }) => ({
        provider: 'otc-ecs',
        action: 'restart',
        target: { region: 'eu-de', projectId: corner },
        nodeIds,
      })),
    )

    await arrivals.done
    await stack.kill('SIGKILL')
    wasKilled()
    stack = await start()
    const client = apiClient(stack.url)
    await allEnded(client, operationIds, 45_000)
    tried = { client, operationIds, endings: await endingsOf(client, operationIds, trials, cloud) }
  }, 80_000)
  afterAll(async () => {
    await stack?.kill('SIGKILL')
    await cloud?.close()
    await rm(folder, { recursive: true, force: true })
  })

  testEndings(trials, () => tried)
})
