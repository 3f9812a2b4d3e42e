import { describe, expect, it } from 'vitest'
import type { Provider } from '../../../../lib/provider-kit/provider.ts'
import { huaweicloudBms } from '../../../../lib/providers/huaweicloud-bms/index.ts'
import { huaweicloudEcs } from '../../../../lib/providers/huaweicloud-ecs/index.ts'
import { otcBms } from '../../../../lib/providers/otc-bms/index.ts'
import { otcEcs } from '../../../../lib/providers/otc-ecs/index.ts'

const all: [string, Provider][] = [otcEcs, huaweicloudEcs, otcBms, huaweicloudBms].map((one) => [one.manifest.id, one])
const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`)

describe('the manifests of the services with servers', () => {
  it.each(all)('%s takes 1,000 servers by UUID a call', (_, { manifest }) => {
    for (const action of Object.values(manifest.actions)) {
      expect(action).toMatchObject({ nodesPerCall: 1000, nodeKind: 'server', nodeId: { anyCase: true } })
      expect(action.nodeId.example).toMatch(whole(action.nodeId.pattern))
      expect('../../x').not.toMatch(whole(action.nodeId.pattern))
    }
  })

  it.each([otcEcs, huaweicloudEcs])('ECS has four actions and 1,000 servers a minute per project', ({ manifest }) => {
    expect(Object.keys(manifest.actions)).toEqual(['restart', 'start', 'stop', 'delete'])
    expect(manifest.rateLimits).toMatchObject([
      { unit: 'nodes', limit: 1000, windowMs: 60_000, scope: ['region', 'projectId'] },
    ])
    expect(manifest.actions.delete?.options).toMatchObject({
      delete_publicip: { type: 'boolean', default: false },
      delete_volume: { type: 'boolean', default: false },
    })
  })

  it.each([otcBms, huaweicloudBms])(
    'BMS has three actions, and refuses soft with the document’s reason',
    ({ manifest }) => {
      expect(Object.keys(manifest.actions)).toEqual(['restart', 'start', 'stop'])
      expect(manifest.unsupported).toHaveProperty('delete')
      for (const action of [manifest.actions.restart, manifest.actions.stop]) {
        expect(action?.options['mode']).toMatchObject({
          default: 'hard',
          refused: { soft: expect.stringContaining('不生效') },
        })
        expect(action?.options['mode']).not.toHaveProperty('values.soft')
      }
    },
  )

  it.each<[Provider, string, string]>([
    [otcEcs, 'eu-de', 'https://ecs.eu-de.otc.t-systems.com'],
    [otcEcs, 'eu-nl', 'https://ecs.eu-nl.otc.t-systems.com'],
    [otcEcs, 'eu-ch2', 'https://ecs.eu-ch2.sc.otc.t-systems.com'],
    [otcBms, 'eu-de', 'https://ecs.eu-de.otc.t-systems.com'],
    [huaweicloudEcs, 'cn-north-4', 'https://ecs.cn-north-4.myhuaweicloud.com'],
    [huaweicloudEcs, 'eu-west-101', 'https://ecs.eu-west-101.myhuaweicloud.com'],
    [huaweicloudBms, 'ap-southeast-1', 'https://bms.ap-southeast-1.myhuaweicloud.com'],
  ])('$manifest.id in %s', (provider, region, url) => {
    expect(region).toMatch(whole(provider.manifest.actions.restart!.target['region']!.pattern))
    expect(provider.endpoint({ region, projectId: 'p' })).toBe(url)
  })

  it.each<[Provider, string]>([
    [otcEcs, 'eu-fr'],
    [otcBms, 'eu-nl'],
    [huaweicloudEcs, 'cn-north-4.evil.example/'],
    [huaweicloudBms, ''],
  ])('$manifest.id is not in "%s"', (provider, region) => {
    expect(region).not.toMatch(whole(provider.manifest.actions.restart!.target['region']!.pattern))
  })

  it.each(all)('%s signs with SDK-HMAC-SHA256 for the project', (_, provider) => {
    const target = { region: 'eu-de', projectId: 'p1' }
    const signer = provider.signer({ accessKey: 'AKTEST', secretKey: 'secret' }, target)

    const { headers } = signer({ method: 'GET', path: '/v1/p1/jobs/j' }, provider.endpoint(target), 0)

    expect(headers).toMatchObject({ 'x-project-id': 'p1', authorization: expect.stringContaining('Access=AKTEST,') })
  })
})
