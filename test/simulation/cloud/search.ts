import { type Call, type Cloud, json, type Reply } from './call.ts'
import { DATA_NODES } from './how.ts'
import type { CloudNeeds } from './servers.ts'

type Restart = { beginsAt: number; endsAt: number; fails: boolean; isOdd: boolean }
type Cluster = { id: string; status: string; updatedAt: number; restart: Restart | null }

export type SearchCloud = Cloud & { add: (id: string) => void }

const busy = (status: number): Reply => json(status, { errCode: 'CSS.0011', externalMessage: 'another operation' })

/** What a call asks for: v1 has no body and restarts the data nodes, v2 says which nodes. */
const howIn = ({ path, body }: Call): string => {
  if (body === undefined) return DATA_NODES
  const { type, value } = JSON.parse(body) as Record<'type' | 'value', string>
  return `${path.endsWith('/rolling-restart') ? 'rolling' : 'restart'} ${type} ${value}`
}

/** The Cloud Search Service of one cloud (docs/simulators-css-ehpc.md): one restart at a time, seen in the cluster alone. */
export const createSearchCloud = ({ dice, profile, acts, now }: CloudNeeds): SearchCloud => {
  const clusters = new Map<string, Cluster>()
  const servesV1 = dice.chance(0.8)
  const updates = dice.chance(0.5)

  const find = (id: string): Cluster | undefined => {
    const cluster = clusters.get(id)
    if (cluster?.restart && cluster.restart.endsAt <= now()) {
      cluster.status = cluster.restart.fails ? '303' : '200'
      if (updates) cluster.updatedAt = cluster.restart.endsAt
      cluster.restart = null
    }
    return cluster
  }

  const accepted = (): Reply => {
    const jobId = `css-${dice.below(1e6)}`
    return dice.pick([
      () => json(200, { jobId: [jobId] }),
      () => json(200, { jobId }),
      () => json(202, {}),
      () => ({ status: 200, text: '' }),
    ])()
  }

  const restart = (id: string, how: string, { caller }: Call): Reply => {
    acts.asked(caller, id)
    const cluster = find(id)
    if (cluster === undefined) return json(403, { errCode: 'CSS.0015', externalMessage: 'No resources are found' })
    if (cluster.restart !== null) return busy(dice.chance(0.5) ? 409 : 202)
    const beginsAt = now() + dice.random() * profile.beginMs
    const fails = dice.chance(profile.nodeFails)
    const stuck = dice.chance(profile.jobNeverEnds)
    // It shows at least as long as the manifest counts on.
    const endsAt = stuck ? Number.POSITIVE_INFINITY : beginsAt + 45_000 + dice.spread(15_000, 0.5)
    cluster.restart = { beginsAt, endsAt, fails, isOdd: dice.chance(profile.jobOdd) }
    acts.accept(caller, { nodeId: id, action: 'restart', how, ok: stuck ? null : !fails, until: endsAt })
    return accepted()
  }

  const show = ({ status, restart: doing, updatedAt, ...cluster }: Cluster): Reply => {
    const begun = doing !== null && doing.beginsAt <= now()
    const node = { type: 'ess', status: begun ? '100' : status === '303' ? '303' : '200' }
    return json(200, {
      id: cluster.id,
      // A word that nobody knows is only ever said of what still runs.
      status: !begun ? status : doing.isOdd ? '150' : dice.chance(0.5) ? '100' : '200',
      actions: begun ? ['REBOOTING'] : [],
      updated: new Date((begun && updates ? doing.beginsAt : updatedAt) + profile.skewMs).toISOString().slice(0, 19),
      instances: [node, node],
      ...(status === '303' && !begun ? { failed_reasons: { error_code: 'CSS.6000', error_msg: 'it failed' } } : {}),
    })
  }

  return {
    add: (id) => void clusters.set(id, { id, status: '200', updatedAt: now() - 86_400_000, restart: null }),
    handle: (call) => {
      const [, version, , , id = '', verb] = call.path.split('/')
      if (call.method === 'POST') {
        if (verb === 'rolling_restart' || (version === 'v1.0' && !servesV1))
          return json(404, { error_code: 'APIGW.0101', error_msg: 'The API does not exist' })
        return restart(id, howIn(call), call)
      }
      const cluster = find(id)
      return cluster === undefined
        ? json(403, { errCode: 'CSS.0015', externalMessage: 'No resources are found' })
        : show(cluster)
    },
  }
}
