import { describe, expect, it } from 'vitest'

import { huaweicloudCss } from '../../../../lib/providers/huaweicloud-css/index.ts'
import { otcCss } from '../../../../lib/providers/otc-css/index.ts'
import { CLUSTER, PROJECT, work } from './fake-cloud.ts'

const credentials = { accessKey: 'AK', secretKey: 'SK' }
const matches = (pattern: string | undefined, text: string) => new RegExp(`^(?:${pattern})$`).test(text)

describe.each([
  ['otc-css', otcCss, { region: 'eu-de', projectId: PROJECT }, 'https://css.eu-de.otc.t-systems.com'],
  [
    'huaweicloud-css',
    huaweicloudCss,
    { region: 'cn-north-4', projectId: PROJECT },
    'https://css.cn-north-4.myhuaweicloud.com',
  ],
])('%s', (id, provider, target, host) => {
  it('is known by its id, and offers a restart of one cluster a call', () => {
    const { manifest } = provider

    expect(manifest.id).toBe(id)
    expect(Object.keys(manifest.actions)).toStrictEqual(['restart'])
    expect(manifest.actions.restart?.nodesPerCall).toBe(1)
  })

  it('has its own hosts', () => {
    const url = provider.endpoint(target)

    expect(url).toBe(host)
  })

  it('signs for the project', () => {
    const sign = provider.signer(credentials, target)

    const { headers, url } = sign(
      { method: 'GET', path: '/v1.0/p/clusters/c' },
      host,
      Date.parse('2026-03-01T10:00:00Z'),
    )

    expect(url).toBe(`${host}/v1.0/p/clusters/c`)
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    expect(sent).toMatchObject({
      'x-project-id': PROJECT,
      authorization: expect.stringMatching(/^SDK-HMAC-SHA256 Access=AK, /),
    })
  })

  it('has examples that its own patterns take', () => {
    const restart = provider.manifest.actions.restart

    const fields = Object.values(restart?.target ?? {})
    const texts = Object.values(restart?.options ?? {}).filter((option) => option.type === 'text')

    for (const { pattern, example } of [...fields, ...texts]) expect(example).toMatch(new RegExp(`^(?:${pattern})$`))
    expect(restart?.nodeId.example).toMatch(new RegExp(`^(?:${restart?.nodeId.pattern})$`))
  })

  it.each([
    ['all', true],
    ['ess', true],
    ['ess,ess-master,ess-client,ess-cold,lgs', true],
    ['', false],
    ['ess,', false],
    ['all,ess', false],
    ['ess-data', false],
    ['ess,ess-master"', false],
  ])('takes node types that the service has: %j %s', (roles, good) => {
    const option = provider.manifest.actions.restart?.options['roles']

    const taken = matches(option?.type === 'text' ? option.pattern : undefined, roles)

    expect(taken).toBe(good)
  })

  it('finds options that exclude each other before anything is sent', () => {
    const check = (options: Record<string, string | boolean>, ids = [CLUSTER]) =>
      provider.check?.(work(options), ids).map(({ path }) => path)

    expect(check({ rolling: false })).toStrictEqual([])
    expect(check({ rolling: true, roles: 'all' })).toStrictEqual([])
    expect(check({ rolling: true, node: 'n', roles: 'ess' })).toStrictEqual(['options.node', 'options.node'])
    expect(check({ rolling: false, roles: 'all' })).toStrictEqual(['options.roles'])
    expect(check({ rolling: false, node: 'n' }, [CLUSTER, 'another'])).toStrictEqual(['options.node'])
  })
})
