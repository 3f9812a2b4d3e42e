import { randomUUID } from 'node:crypto'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCredentials } from '../../lib/aws/credentials.ts'
import { Unavailable } from '../../lib/domain/problem.ts'
import { type OperationView, uuids } from '../helpers/api-client.ts'
import { startSystem, type System } from './system.ts'

const otc = { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' }
const qingcloud = { zone: 'jn1a', clusterId: 'ehpc-main' }
const bad = randomUUID()
const computing = ['cln-a1', 'cln-a2', 'cln-a3']

const otcKey = { accessKey: 'PEERACCESSKEY', secretKey: 'peer-secret-key', securityToken: 'peer-token/+==' }
const qingcloudKey = { accessKeyId: 'PEERACCESSKEYID', secretAccessKey: 'peer-secret-access-key' }

let system: System

beforeAll(async () => {
  const fleet = [
    { nodeId: 'cln-c', role: 'controller' as const },
    { nodeId: 'cln-l', role: 'login' as const },
    ...computing.map((nodeId) => ({ nodeId, role: 'compute' as const })),
  ]
  system = await startSystem(
    [
      { provider: 'otc-ecs', target: otc, credentials: otcKey },
      { provider: 'qingcloud-ehpc', target: qingcloud, credentials: qingcloudKey },
    ],
    {
      'otc-ecs': { fleet: { failing: { [bad]: { code: 'Ecs.0227', message: 'Failed to restart the ECS.' } } } },
      'qingcloud-ehpc': { fleet: { clusters: [{ clusterId: 'ehpc-main', zone: 'jn1a', nodes: fleet }] } },
    },
  )
})
afterAll(() => system?.close())

const listed = async (provider: string) => {
  const { body } = await system.request({ method: 'GET', target: `/v1/operations?provider=${provider}` })
  return (body as unknown as { items: OperationView[] }).items
}

test('an operation with one bad node ends PARTIAL, that node with the provider’s code, each node acted on once', async () => {
  const nodeIds = [bad, ...uuids(6)]
  const body = { provider: 'otc-ecs', action: 'restart', target: otc, nodeIds, rollout: { batchSize: 3 } }

  const accepted = await system.request({ method: 'POST', target: '/v1/operations', body })
  const operation = await system.ended(accepted.body.operationId)
  const failed = await system.request({
    method: 'GET',
    target: `/v1/operations/${operation.operationId}/nodes?outcome=failed`,
  })
  await system.idle()
  const events = await system.received()

  expect(accepted.status).toBe(202)
  expect(operation).toMatchObject({ status: 'PARTIAL', counts: { total: 7, succeeded: 6, failed: 1, unknown: 0 } })
  expect(failed.body).toMatchObject({ items: [{ nodeId: bad, code: 'Ecs.0227' }] })
  expect(system.cloud('otc-ecs').acted().toSorted()).toEqual(nodeIds.toSorted())
  const own = events.filter(({ detail }) => detail.operationId === operation.operationId)
  expect(own).toContainEqual(
    expect.objectContaining({
      source: 'drover',
      detail: expect.objectContaining({ status: 'PARTIAL', counts: operation.counts, endedAt: operation.endedAt }),
    }),
  )
  const outcomes = own.flatMap(({ detail }) => ('batchId' in detail && detail.endedAt !== null ? detail.nodes : []))
  expect(new Set(outcomes.map(({ nodeId }) => nodeId))).toEqual(new Set(nodeIds))
  expect(system.functions.failed()).toEqual([])
})

test('an event on the default bus starts an operation at another cloud, whose end is an event again', async () => {
  const detail = { provider: 'qingcloud-ehpc', action: 'restart', target: qingcloud, nodeIds: computing }
  const entry = { Source: 'an.application', DetailType: 'Node Operation Requested', Detail: JSON.stringify(detail) }

  await system.events.send(new PutEventsCommand({ Entries: [entry] }))
  await system.deliver()
  await expect.poll(async () => (await listed('qingcloud-ehpc')).length).toBe(1)
  const [begun] = await listed('qingcloud-ehpc')
  const operation = await system.ended(begun!.operationId)
  await system.idle()
  const events = await system.received()

  expect(operation).toMatchObject({ trigger: 'event', status: 'SUCCEEDED', counts: { total: 3, succeeded: 3 } })
  expect(system.cloud('qingcloud-ehpc').acted().toSorted()).toEqual(computing)
  expect(events.map(({ detail: { operationId, status } }) => ({ operationId, status }))).toContainEqual({
    operationId: operation.operationId,
    status: 'SUCCEEDED',
  })
  expect(system.functions.failed()).toEqual([])
})

test('credentials are read from SecureStrings; of an account without any it is said that there are none', async () => {
  const source = { kind: 'ssm', client: system.ssm } as const
  const credentialsOf = createCredentials({ stage: 'dev', source, now: Date.now })

  const found = await credentialsOf('otc-ecs', 'default')
  const none = credentialsOf('otc-ecs', 'another')

  expect(found).toEqual(otcKey)
  await expect(none).rejects.toThrow(new Unavailable('there are no credentials of otc-ecs for the account "another"'))
})

test('no credential is in any log or answer', () => {
  const logs = system.functions.logs()

  expect(logs).toContain('batch submitted')
  for (const secret of [...Object.values(otcKey), ...Object.values(qingcloudKey)]) expect(logs).not.toContain(secret)
})
