import { inspect } from 'node:util'
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCredentials } from '../../../lib/aws/credentials.ts'
import { Unavailable } from '../../../lib/domain/problem.ts'
import { awsMatchers } from '../../helpers/aws-matchers.ts'

expect.extend(awsMatchers)
const ssm = mockClient(SSMClient)
const calls = () => ssm.commandCalls(GetParameterCommand).map(({ args: [{ input }] }) => input)
const stored = (value: string) => ({ Parameter: { Value: value } })
const KEYS = { accessKey: 'AKEXAMPLE', secretKey: 'example-secret-key' }

let now: number
const deployed = () => {
  const client = new SSMClient({ region: 'eu-de' })
  return createCredentials({ stage: 'prod', source: { kind: 'ssm', client }, now: () => now })
}
const local = (env: Record<string, string>) =>
  createCredentials({ stage: 'local', source: { kind: 'environment', env }, now: () => now })

beforeEach(() => {
  ssm.reset()
  now = 0
})

describe('credentials of a deployment', () => {
  it('are the decrypted parameter of stage, provider and account', async () => {
    ssm.on(GetParameterCommand).resolves(stored(JSON.stringify(KEYS)))

    expect(await deployed()('otc-ecs', 'team-a')).toEqual(KEYS)
    expect(ssm).toHaveReceivedCommandExactlyOnceWith(GetParameterCommand, {
      Name: '/drover/prod/credentials/otc-ecs/team-a',
      WithDecryption: true,
    })
  })

  it('are remembered for five minutes, then asked for again', async () => {
    ssm.on(GetParameterCommand).resolves(stored(JSON.stringify(KEYS)))
    const credentials = deployed()

    await Promise.all([credentials('otc-ecs', 'a'), credentials('otc-ecs', 'a')])
    now = 5 * 60_000 - 1
    await credentials('otc-ecs', 'a')
    const before = calls().length
    now += 1
    await credentials('otc-ecs', 'a')

    expect([before, calls().length]).toEqual([1, 2])
  })

  it('are remembered for each account and provider by itself', async () => {
    ssm.on(GetParameterCommand).callsFake(({ Name }) => stored(JSON.stringify({ accessKey: Name })))
    const credentials = deployed()

    const found = await Promise.all([
      credentials('otc-ecs', 'a'),
      credentials('otc-ecs', 'b'),
      credentials('otc-css', 'a'),
    ])

    expect(new Set(found.map(({ accessKey }) => accessKey)).size).toBe(3)
  })

  it('that were refused are asked for again, by one of all that were told so', async () => {
    ssm.on(GetParameterCommand).resolvesOnce(stored('{"accessKey":"old"}')).resolves(stored('{"accessKey":"new"}'))
    const credentials = deployed()
    const old = await credentials('otc-ecs', 'a')

    const found = await Promise.all([1, 2, 3].map(() => credentials('otc-ecs', 'a', old)))

    expect(found).toEqual(Array.from({ length: 3 }, () => ({ accessKey: 'new' })))
    expect(await credentials('otc-ecs', 'a', old)).toEqual({ accessKey: 'new' })
    expect(calls()).toHaveLength(2)
  })

  it('that were refused and have not changed are the same', async () => {
    ssm.on(GetParameterCommand).resolves(stored(JSON.stringify(KEYS)))
    const credentials = deployed()
    await credentials('otc-ecs', 'a')

    expect(await credentials('otc-ecs', 'a', { ...KEYS })).toEqual(KEYS)
    expect(calls()).toHaveLength(2)
  })

  it('are not remembered as missing', async () => {
    ssm
      .on(GetParameterCommand)
      .rejectsOnce(new ParameterNotFound({ message: '', $metadata: {} }))
      .resolves(stored(JSON.stringify(KEYS)))
    const credentials = deployed()

    await expect(credentials('otc-ecs', 'a')).rejects.toThrow(Unavailable)
    expect(await credentials('otc-ecs', 'a')).toEqual(KEYS)
  })

  it('of an unknown account are not found, and the message says whose', async () => {
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: '', $metadata: {} }))

    await expect(deployed()('otc-ecs', 'nobody')).rejects.toThrow(
      new Unavailable('there are no credentials of otc-ecs for the account "nobody"'),
    )
  })

  it.each(['../otc-css/a', 'a/b', '', 'a b', 'a'.repeat(200)])(
    'of an account "%s" are not even asked for',
    async (account) => {
      await expect(deployed()('otc-ecs', account)).rejects.toThrow(Unavailable)
      expect(ssm).not.toHaveReceivedAnyCommand()
    },
  )

  it('that cannot be read now may be found later', async () => {
    ssm.on(GetParameterCommand).rejects(new Error('throttled'))

    await expect(deployed()('otc-ecs', 'a')).rejects.toThrow(Unavailable)
  })
})

describe('credentials of a local run', () => {
  it('are the JSON of the variable of the provider, for every account', async () => {
    const credentials = local({ PROVIDER_CREDENTIALS_QINGCLOUD_EHPC: JSON.stringify({ accessKeyId: 'id' }) })

    expect(await credentials('qingcloud-ehpc', 'default')).toEqual({ accessKeyId: 'id' })
    expect(await credentials('qingcloud-ehpc', 'other')).toEqual({ accessKeyId: 'id' })
    expect(ssm).not.toHaveReceivedAnyCommand()
  })

  it('that are not set are not found, and the message names the variable', async () => {
    await expect(local({})('otc-ecs', 'default')).rejects.toThrow(/PROVIDER_CREDENTIALS_OTC_ECS is not set/)
  })
})

describe('credentials that are not what they should be', () => {
  it.each([
    ['broken JSON', '{"accessKey":"AKEXAMPLE","secretKey":"example-secret-key"'],
    ['a bare secret', 'example-secret-key'],
    ['a list', '["AKEXAMPLE","example-secret-key"]'],
    ['a nested object', '{"AKEXAMPLE":{"example-secret-key":1}}'],
  ])('are an error that says nothing of them: %s', async (_, value) => {
    ssm.on(GetParameterCommand).resolves(stored(value))

    const failures = await Promise.all(
      [deployed(), local({ PROVIDER_CREDENTIALS_OTC_ECS: value })].map((credentials) =>
        credentials('otc-ecs', 'default').catch((error: unknown) => error),
      ),
    )

    for (const failure of failures) {
      expect(failure).toBeInstanceOf(Unavailable)
      expect(inspect(failure, { depth: 10 })).not.toMatch(/AKEXAMPLE|example-secret/)
    }
  })
})
