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

/** "Ecs.0227 … reboot": ECS API reference, error codes; only the sub job says so. */
const notRestarted = { code: 'Ecs.0227', message: 'Failed to restart the ECS.' }
/** "Fail to operate baremetal server": BMS API reference, error codes. */
const notOperated = { code: 'BMS.0006', message: 'Fail to operate baremetal server.' }

export const restartFleet = () => {
  const [shop, search, batch] = [project('shop'), project('search'), project('batch')]
  const web = servers('web', 1500)
  const workers = servers('worker', 900)
  const caches = servers('cache', 100)
  const databases = servers('database', 24)
  const storage = servers('storage', 16)
  const [logs = '', products = ''] = servers('otc css', 2)
  const [catalogue = ''] = servers('huawei css', 1)

  const render = { clusterId: `ehpc-${short('render')}`, zone: 'jn1a' }
  const renderNodes = range(40).map((index) => `cln-${short('render', index)}`)
  const physics = { clusterId: `ehpc-${short('physics')}`, zone: 'jn1a' }
  const [controller = '', ...physicsNodes] = range(20).map((index) => `cln-${short('physics', index)}`)
  const compute = (nodeId: string) => ({ nodeId, role: 'compute' })

  const done = (succeeded: number, failed = 0) => ({
    status: failed === 0 ? 'SUCCEEDED' : 'PARTIAL',
    counts: { succeeded, failed, skipped: 0, unknown: 0 },
  })

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
            then: {
              kind: 'reply',
              status: 429,
              headers: { 'content-type': 'application/json', 'retry-after': '5' },
              body: JSON.stringify({
                error_code: 'APIGW.0308',
                error_msg: 'The throttling threshold has been reached',
              }),
            },
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
        fleet: {
          unknown: 'missing',
          clusters: [
            { ...render, nodes: renderNodes.map(compute) },
            {
              ...physics,
              nodes: [{ nodeId: controller, role: 'controller' }, ...physicsNodes.map(compute)],
            },
          ],
          failing: some(renderNodes, 1),
        },
        oddities: { jobIdForm: 'job_ids array' },
        faults: [
          {
            match: { path: '/cluster/restartNodes' },
            when: 'before',
            then: {
              kind: 'reply',
              status: 200,
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ message: 'ServerBusy, try again later', ret_code: 5100 }),
            },
          },
        ],
      },
    },
    operations: [
      {
        name: 'web servers',
        request: {
          provider: 'otc-ecs',
          action: 'restart',
          target: { region: 'eu-de', projectId: shop },
          options: { mode: 'soft' },
          rollout: { batchSize: 500 },
          reason: 'kernel update',
          nodeIds: web,
        },
        expect: done(1493, 7),
      },
      {
        name: 'workers',
        request: {
          provider: 'huaweicloud-ecs',
          action: 'restart',
          target: { region: 'cn-north-4', projectId: batch },
          options: { mode: 'hard' },
          rollout: { batchSize: 300 },
          reason: 'kernel update',
          nodeIds: workers,
        },
        expect: done(896, 4),
      },
      {
        name: 'caches',
        request: {
          provider: 'huaweicloud-ecs',
          action: 'restart',
          target: { region: 'cn-north-4', projectId: shop },
          reason: 'kernel update',
          nodeIds: caches,
        },
        expect: done(100),
      },
      {
        name: 'databases',
        request: {
          provider: 'huaweicloud-bms',
          action: 'restart',
          target: { region: 'cn-north-4', projectId: shop },
          rollout: { batchSize: 12 },
          reason: 'kernel update',
          nodeIds: databases,
        },
        expect: done(22, 2),
      },
      {
        name: 'storage',
        request: {
          provider: 'otc-bms',
          action: 'restart',
          target: { region: 'eu-de', projectId: shop },
          reason: 'kernel update',
          nodeIds: storage,
        },
        expect: done(15, 1),
      },
      {
        name: 'search',
        request: {
          provider: 'otc-css',
          action: 'restart',
          target: { region: 'eu-de', projectId: search },
          reason: 'kernel update',
          nodeIds: [logs, products],
        },
        expect: done(1, 1),
      },
      {
        name: 'catalogue',
        request: {
          provider: 'huaweicloud-css',
          action: 'restart',
          target: { region: 'cn-north-4', projectId: search },
          options: { rolling: true },
          reason: 'kernel update',
          nodeIds: [catalogue],
        },
        expect: done(1),
      },
      {
        name: 'render farm',
        request: {
          provider: 'qingcloud-ehpc',
          action: 'restart',
          target: { zone: render.zone, clusterId: render.clusterId },
          rollout: { batchSize: 10 },
          reason: 'kernel update',
          nodeIds: renderNodes,
        },
        // EHPC reports on jobs, not on nodes: one that fails takes its batch of ten with it.
        expect: done(30, 10),
      },
      {
        name: 'physics cluster',
        request: {
          provider: 'qingcloud-ehpc',
          action: 'restart',
          target: { zone: physics.zone, clusterId: physics.clusterId },
          reason: 'kernel update',
          nodeIds: [controller, ...physicsNodes],
        },
        // The controller cannot be restarted, and refuses the call for all: Drover halves the batch until it is alone.
        expect: done(19, 1),
      },
    ],
  }
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(join(import.meta.dirname, 'restart-fleet.json'), `${JSON.stringify(restartFleet(), null, 2)}\n`)
}
