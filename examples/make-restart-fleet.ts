import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes restart-fleet.json, the fleet of `npm run demo`: `node examples/make-restart-fleet.ts && npx oxfmt examples`.
 * Every id is drawn from one seed and what it belongs to, so that the same fleet comes out each time.
 */
const SEED = 'drover restart-fleet 1'

const drawn = (...words: readonly (string | number)[]) =>
  createHash('sha256')
    .update([SEED, ...words].join('|'))
    .digest('hex')

/** A random UUID in form: version 4, variant 8. */
const uuid = (...words: readonly (string | number)[]) =>
  drawn(...words).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')

const project = (name: string) => drawn('project', name).slice(0, 32)

/** Eight characters, as QingCloud writes its ids. */
const short = (...words: readonly (string | number)[]) =>
  BigInt(`0x${drawn(...words).slice(0, 14)}`)
    .toString(36)
    .padStart(8, '0')
    .slice(-8)

const range = (count: number) => Array.from({ length: count }, (_, index) => index)

const servers = (name: string, count: number) => range(count).map((index) => uuid(name, index))

/** So many ids, spread evenly over the list. */
const some = (ids: readonly string[], count: number) =>
  range(count).flatMap((index) => ids[Math.floor(((index + 0.5) * ids.length) / count)] ?? [])

const failing = (ids: readonly string[], failure: { code: string; message: string }) =>
  Object.fromEntries(ids.map((id) => [id, failure]))

/** ECS API reference, error codes: said by the sub job only. */
const notRestarted = { code: 'Ecs.0227', message: 'Failed to restart the ECS.' }
/** BMS API reference, error codes. */
const notOperated = { code: 'BMS.0006', message: 'Fail to operate baremetal server.' }

const replies = (status: number, headers: Record<string, string>, body: object) => ({
  kind: 'reply',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

type Restart = { target: object; options?: object; batchSize?: number; nodeIds: readonly string[]; failed?: number }

/** A restart after which so many nodes have failed and all others succeeded. */
const restart = (name: string, provider: string, { target, options, batchSize, nodeIds, failed = 0 }: Restart) => ({
  name,
  request: {
    provider,
    action: 'restart',
    target,
    ...(options === undefined ? {} : { options }),
    ...(batchSize === undefined ? {} : { rollout: { batchSize } }),
    reason: 'kernel update',
    nodeIds,
  },
  expect: {
    status: failed === 0 ? 'SUCCEEDED' : 'PARTIAL',
    counts: { succeeded: nodeIds.length - failed, failed, skipped: 0, unknown: 0 },
  },
})

export const restartFleet = () => {
  const [shop, search, batch] = [project('shop'), project('search'), project('batch')]
  const inGermany = (projectId: string) => ({ region: 'eu-de', projectId })
  const inChina = (projectId: string) => ({ region: 'cn-north-4', projectId })

  const [web, workers, caches] = [servers('web', 1500), servers('worker', 900), servers('cache', 100)]
  const [databases, storage] = [servers('database', 24), servers('storage', 16)]
  const [logs = '', products = ''] = servers('otc css', 2)
  const catalogue = servers('huawei css', 1)

  const render = { zone: 'jn1a', clusterId: `ehpc-${short('render')}` }
  const renderNodes = range(40).map((index) => `cln-${short('render', index)}`)
  const physics = { zone: 'jn1a', clusterId: `ehpc-${short('physics')}` }
  const [controller = '', ...physicsNodes] = range(20).map((index) => `cln-${short('physics', index)}`)
  const compute = (nodeId: string) => ({ nodeId, role: 'compute' })
  const clusters = [
    { ...render, nodes: renderNodes.map(compute) },
    { ...physics, nodes: [{ nodeId: controller, role: 'controller' }, ...physicsNodes.map(compute)] },
  ]

  const throttled = { error_code: 'APIGW.0308', error_msg: 'The throttling threshold has been reached' }
  const busy = { message: 'ServerBusy, try again later', ret_code: 5100 }
  return {
    description:
      'Saturday night: a kernel update restarts the whole fleet, on virtual and bare-metal servers, search and HPC',
    simulators: {
      'otc-ecs': {
        seed: 11,
        fleet: { projects: [shop], failing: failing(some(web, 7), notRestarted) },
        oddities: { submitStatus: 'mixed' },
        faults: [
          {
            match: { method: 'POST', path: '/cloudservers/action' },
            when: 'before',
            then: replies(429, { 'retry-after': '5' }, throttled),
          },
        ],
      },
      'huaweicloud-ecs': {
        seed: 12,
        fleet: { projects: [shop, batch], failing: failing(some(workers, 4), notRestarted) },
        faults: [
          {
            match: { method: 'POST', path: `/v1/${shop}/cloudservers/action` },
            when: 'after',
            then: { kind: 'close' },
          },
        ],
      },
      'huaweicloud-bms': {
        seed: 13,
        fleet: { failing: failing(some(databases, 2), notOperated) },
        oddities: { subJobEntities: 'array' },
      },
      'otc-bms': { seed: 14, fleet: { failing: failing(some(storage, 1), notOperated) } },
      'otc-css': { seed: 15, fleet: { failing: [logs] } },
      'huaweicloud-css': { seed: 16 },
      'qingcloud-ehpc': {
        seed: 17,
        fleet: { unknown: 'missing', clusters, failing: some(renderNodes, 1) },
        oddities: { jobIdForm: 'job_ids array' },
        faults: [{ match: { path: '/cluster/restartNodes' }, when: 'before', then: replies(200, {}, busy) }],
      },
    },
    operations: [
      restart('web servers', 'otc-ecs', { target: inGermany(shop), batchSize: 500, nodeIds: web, failed: 7 }),
      restart('workers', 'huaweicloud-ecs', {
        target: inChina(batch),
        options: { mode: 'hard' },
        batchSize: 300,
        nodeIds: workers,
        failed: 4,
      }),
      restart('caches', 'huaweicloud-ecs', { target: inChina(shop), nodeIds: caches }),
      restart('databases', 'huaweicloud-bms', { target: inChina(shop), batchSize: 12, nodeIds: databases, failed: 2 }),
      restart('storage', 'otc-bms', { target: inGermany(shop), nodeIds: storage, failed: 1 }),
      restart('search', 'otc-css', { target: inGermany(search), nodeIds: [logs, products], failed: 1 }),
      restart('catalogue', 'huaweicloud-css', {
        target: inChina(search),
        options: { rolling: true },
        nodeIds: catalogue,
      }),
      // EHPC reports on jobs, not on nodes: one node that fails takes its batch of ten with it.
      restart('render farm', 'qingcloud-ehpc', { target: render, batchSize: 10, nodeIds: renderNodes, failed: 10 }),
      // The controller cannot be restarted, and refuses the call for all: Drover halves the batch until it is alone.
      restart('physics cluster', 'qingcloud-ehpc', {
        target: physics,
        nodeIds: [controller, ...physicsNodes],
        failed: 1,
      }),
    ],
  }
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(join(import.meta.dirname, 'restart-fleet.json'), `${JSON.stringify(restartFleet(), null, 2)}\n`)
}
