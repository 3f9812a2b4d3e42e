import { describe, expect, it } from 'vitest'
import { createApi } from '../../../../lib/provider-kit/create-api.ts'
import { createHttp } from '../../../../lib/provider-kit/http.ts'
import { huaweicloudBms } from '../../../../lib/providers/huaweicloud-bms/index.ts'
import { otcEcs } from '../../../../lib/providers/otc-ecs/index.ts'
import { ecsCloud, projectId, serverIds } from '../../../helpers/ecs-cloud.ts'
import { huaweiCredentials } from '../../../helpers/huawei-client.ts'
import { start } from '../../../helpers/served.ts'

const simulated = async (service: 'ecs' | 'bms', options: Parameters<typeof ecsCloud>[0] = {}) => {
  const cloud = ecsCloud({ service, ...options })
  const served = await start(cloud.simulator)
  const provider = service === 'ecs' ? otcEcs : huaweicloudBms
  const target = { region: 'eu-de', projectId }
  const api = createApi({
    signer: provider.signer(huaweiCredentials, target),
    baseUrl: served.url,
    http: createHttp({ timeoutMs: 2_000 }),
    now: cloud.clock.now,
    secrets: Object.values(huaweiCredentials),
  })
  const work = { provider: provider.manifest.id, action: 'restart', target, options: {} } as const
  const follow = (jobIds: readonly string[], nodeIds: string[], submittedAt: number) =>
    provider.poll([{ ...work, batchId: 'b', jobIds, nodeIds, submittedAt, visibilityMs: 60_000 }], api)
  return { ...cloud, served, provider, api, work, follow }
}

describe('against a simulated cloud, over HTTP and with its signatures', () => {
  it.each(['ecs', 'bms'] as const)('%s: a restart in which one server fails', async (service) => {
    const ids = serverIds(3)
    const failure = { code: 'X.0001', message: 'it hangs' }
    const { provider, api, work, clock, follow } = await simulated(service, {
      fleet: { failing: { [ids[1]!]: failure } },
    })
    const submittedAt = clock.now()

    const submission = await provider.submit(work, ids, api)
    const jobIds = submission.kind === 'accepted' ? submission.jobIds : []
    const [early] = await follow(jobIds, ids, submittedAt)
    clock.advance(3_600_000)
    const [late] = await follow(jobIds, ids, submittedAt)

    expect(jobIds).toHaveLength(1)
    expect(early).toEqual({ kind: 'running', nodes: [] })
    expect(late).toMatchObject({ kind: 'ended' })
    const nodes = late?.kind === 'ended' ? late.nodes : []
    expect(Object.fromEntries(nodes.map(({ nodeId, outcome, code }) => [nodeId, `${outcome} ${code}`]))).toEqual({
      [ids[0]!]: 'succeeded null',
      [ids[1]!]: 'failed X.0001',
      [ids[2]!]: 'succeeded null',
    })
  })

  it.each(['ecs', 'bms'] as const)('%s: an acceptance without a job is followed by the servers', async (service) => {
    const ids = serverIds(12)
    const fleet = { servers: ids.map((id) => ({ id, projectId })) }
    const { provider, api, work, clock, follow } = await simulated(service, { oddities: { submitStatus: 204 }, fleet })
    const submittedAt = clock.now()

    const submission = await provider.submit(work, ids, api)
    clock.advance(5_000)
    const [early] = await follow([], ids, submittedAt)
    clock.advance(3_600_000)
    const [late] = await follow([], ids, submittedAt)

    expect(submission).toEqual({ kind: 'accepted', jobIds: [] })
    expect(early).toEqual({ kind: 'running', nodes: [] })
    expect(late).toMatchObject({ kind: 'ended' })
    expect(late?.kind === 'ended' && late.nodes.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(12)
  })

  it.each(['ecs', 'bms'] as const)('%s: a lost answer is told from a lost request', async (service) => {
    const [applied = '', untouched = ''] = serverIds(2)
    const { provider, api, work, clock, served } = await simulated(service)
    const sentAt = clock.now()

    served.inject({ when: 'after', then: { kind: 'close' } })
    const submission = await provider.submit(work, [applied], api)
    clock.advance(120_000)
    const lost = { ...work, batchId: 'b', nodeIds: [applied, untouched], sentAt, settledAt: sentAt }
    const evidence = await provider.reconcile(lost, api)

    expect(submission).toMatchObject({ kind: 'ambiguous' })
    expect(evidence).toMatchObject({
      traces: new Map([
        [applied, 'applied'],
        [untouched, 'untouched'],
      ]),
    })
  })
})
