import type { Action } from '../../lib/domain/action.ts'
import type { HpcCloud } from './cloud/hpc.ts'
import type { SearchCloud } from './cloud/search.ts'
import type { ServerCloud } from './cloud/servers.ts'
import type { Dice } from './dice.ts'
import type { Profile } from './profile.ts'

export type ServerProvider = 'otc-ecs' | 'huaweicloud-ecs' | 'otc-bms' | 'huaweicloud-bms'
export type SearchProvider = 'otc-css' | 'huaweicloud-css'

export type Clouds = Record<ServerProvider, ServerCloud> &
  Record<SearchProvider, SearchCloud> & { 'qingcloud-ehpc': HpcCloud }

/** A request of somebody outside. `marker` is its `reason`, by which its operation is known again. */
export type Ask = {
  marker: string
  provider: keyof Clouds
  action: Action
  target: Record<string, string>
  nodeIds: readonly string[]
  options: Readonly<Record<string, unknown>>
  body: Record<string, unknown>
}

export type Asks = ReturnType<typeof createAsks>

const uuid = (n: number): string => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`

/** So many operations share a project, a cluster. */
const SHARING = 8
const CROWD = 10_000
/** So many of the requests are enough for an account's quota. */
const HPC_CROWD = 0.4
const OTHER_ACCOUNT = 0.3

const ecs = ['otc-ecs', 'huaweicloud-ecs'] as const
const others = ['otc-bms', 'huaweicloud-bms', 'otc-css', 'huaweicloud-css', 'qingcloud-ehpc', 'qingcloud-ehpc'] as const
/** How often each is asked: most are servers. */
const OFTEN = ['otc-ecs', ...ecs, ...ecs, ...ecs, ...others] as const

/** Makes requests, and in the clouds what they are about: most of it there and well, some missing or in another state. */
export const createAsks = (dice: Dice, profile: Profile, clouds: Clouds) => {
  const asks = new Map<string, Ask>()
  /** How many requests name a node. */
  const named = new Map<string, number>()
  const byKind = new Map<string, Ask[]>()
  let made = 0
  let ids = 0

  const isCrowded = profile.crowded !== null
  const crowd = () => (dice.chance(profile.crowded === 'qingcloud-ehpc' ? HPC_CROWD : 1) ? profile.crowded : null)
  let largest = profile.largest
  const count = (): number => 1 + dice.below(profile.crowded?.endsWith('ecs') === true ? 20 : dice.pick([1, 4, 20]))

  const ask = (
    provider: keyof Clouds,
    action: Action,
    target: Record<string, string>,
    nodeIds: readonly string[],
    options: Record<string, unknown> = {},
  ): Ask => {
    const marker = `r${(made += 1)}`
    const batchSize = dice.chance(0.5) || nodeIds.length > 100 ? {} : { rollout: { batchSize: dice.between(1, 10) } }
    const body = { provider, action, target, nodeIds, options, reason: marker, ...batchSize }
    const one = { marker, provider, action, target, nodeIds, options, body }
    asks.set(marker, one)
    for (const id of new Set(nodeIds)) named.set(id, (named.get(id) ?? 0) + 1)
    const kind = `${provider} ${action}`
    byKind.set(kind, [...(byKind.get(kind) ?? []).slice(-10), one])
    return one
  }

  const group = (): number => Math.floor(made / (isCrowded ? CROWD : SHARING))

  /** Some nodes of an earlier request of the kind, so that two operations are about them. */
  const shared = (provider: keyof Clouds, action: Action): Ask | undefined => {
    const earlier = byKind.get(`${provider} ${action}`)
    const one = dice.chance(profile.nodeShared) ? earlier?.[dice.below(earlier.length)] : undefined
    return one && ask(provider, action, one.target, one.nodeIds.slice(0, 1 + dice.below(one.nodeIds.length)))
  }

  /** Two accounts reach the same projects. */
  const otherAccount = () => (dice.chance(OTHER_ACCOUNT) ? { account: 'other' } : {})

  const optionsOnServers = (provider: ServerProvider, action: Action): Record<string, unknown> => {
    if (provider.endsWith('bms') || action === 'start') return {}
    if (action === 'delete') return { delete_publicip: dice.chance(0.3), delete_volume: dice.chance(0.3) }
    return dice.pick<Record<string, unknown>>([{}, { mode: 'soft' }, { mode: 'hard' }])
  }

  const onServers = (provider: ServerProvider): Ask => {
    const last = provider.endsWith('bms') ? 'stop' : 'delete'
    const action = dice.pick(['restart', 'restart', 'restart', 'start', 'stop', last] as const)
    const again = shared(provider, action)
    if (again !== undefined) return again
    const projectId = `p${group()}`
    const many = largest || count()
    largest = 0
    const nodeIds = Array.from({ length: many }, () => {
      const id = uuid((ids += 1))
      const [right, wrong] = action === 'start' ? ['SHUTOFF', 'ACTIVE'] : ['ACTIVE', 'SHUTOFF']
      if (!dice.chance(profile.nodeMissing))
        clouds[provider].add(projectId, id, dice.chance(profile.nodeInWrongState) ? wrong : right)
      return id
    })
    const region = provider.startsWith('otc') ? 'eu-de' : 'cn-north-4'
    return ask(provider, action, { region, projectId, ...otherAccount() }, nodeIds, optionsOnServers(provider, action))
  }

  const onSearch = (provider: SearchProvider): Ask => {
    const again = shared(provider, 'restart')
    if (again !== undefined) return again
    const nodeIds = Array.from({ length: dice.between(1, 3) }, () => {
      const id = uuid((ids += 1))
      if (!dice.chance(profile.nodeMissing)) clouds[provider].add(id)
      return id
    })
    const region = provider === 'otc-css' ? 'eu-de' : 'cn-north-4'
    const roles = dice.chance(0.2) ? { roles: 'ess,ess-master' } : {}
    const options = { rolling: dice.chance(0.2), ...roles }
    return ask(provider, 'restart', { region, projectId: `p${group()}` }, nodeIds, options)
  }

  const onHpc = (): Ask => {
    const hpc = clouds['qingcloud-ehpc']
    const account = `account${isCrowded ? 0 : Math.floor(made / 200)}`
    const action = dice.pick(['restart', 'restart', 'delete', 'start', 'stop'] as const)
    if (action === 'start' || action === 'stop') {
      const nodeIds = Array.from({ length: dice.between(1, 3) }, () => {
        const id = `ehpc-c${(ids += 1)}`
        const right = (action === 'start') !== dice.chance(profile.nodeInWrongState)
        if (!dice.chance(profile.nodeMissing)) hpc.add(id, right ? 'stopped' : 'active')
        return id
      })
      return ask('qingcloud-ehpc', action, { zone: 'jn1a', account }, nodeIds)
    }
    const again = shared('qingcloud-ehpc', action)
    if (again !== undefined) return again
    const clusterId = `ehpc-g${group()}`
    if (hpc.cluster(clusterId) === undefined) {
      hpc.add(clusterId, 'active')
      for (const role of ['controller', 'login', 'compute']) hpc.addNode(clusterId, `cln-${role}`, role)
    }
    const nodeIds = Array.from({ length: count() }, () => {
      const id = `cln-n${(ids += 1)}`
      if (!dice.chance(profile.nodeMissing)) hpc.addNode(clusterId, id, 'compute')
      return id
    })
    return ask('qingcloud-ehpc', action, { zone: 'jn1a', clusterId, account }, nodeIds)
  }

  const on = (provider: keyof Clouds): Ask => {
    if (provider === 'qingcloud-ehpc') return onHpc()
    return provider === 'otc-css' || provider === 'huaweicloud-css' ? onSearch(provider) : onServers(provider)
  }

  return {
    /** The next request, for this provider if one is given. */
    next: (provider?: keyof Clouds): Ask => on(provider ?? crowd() ?? dice.pick(OFTEN)),
    of: (marker: string | null): Ask | undefined => asks.get(marker ?? ''),
    isShared: (nodeId: string): boolean => (named.get(nodeId) ?? 0) > 1,
  }
}
