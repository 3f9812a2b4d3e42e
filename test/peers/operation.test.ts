import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { createCredentials } from '../../lib/aws/credentials.ts'
import { Unavailable } from '../../lib/domain/problem.ts'
import { uuids } from '../helpers/api-client.ts'
import { startSites } from './clouds.ts'
import { deployToMoto, type DeployedStack } from './deployed.ts'
import { startSystem, type System } from './system.ts'

const otc = { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' }
const qingcloud = { zone: 'jn1a', clusterId: 'ehpc-main' }
const bad = randomUUID()
const computing = ['cln-a1', 'cln-a2', 'cln-a3']

const otcKey = { accessKey: 'PEERACCESSKEY', secretKey: 'peer-secret-key', securityToken: 'peer-token/+==' }
const qingcloudKey = { accessKeyId: 'PEERACCESSKEYID', secretAccessKey: 'peer-secret-access-key' }

let stack: DeployedStack
let sites: Awaited<ReturnType<typeof startSites>>
let system: System

beforeAll(async () => {
  stack = await deployToMoto()
  sites = await startSites(
    [
      { provider: 'otc-ecs', target: otc, credentials: otcKey },
      { provider: 'qingcloud-ehpc', target: qingcloud, credentials: qingcloudKey },
    ],
    {
      'otc-ecs': { fleet: { failing: { [bad]: { code: 'Ecs.0227', message: 'Failed to restart the ECS.' } } } },
      'qingcloud-ehpc': {
        fleet: {
          clusters: [
            {
              clusterId: 'ehpc-main',
              zone: 'jn1a',
              nodes: [
                { nodeId: 'cln-c', role: 'controller' },
                { nodeId: 'cln-l', role: 'login' },
                ...computing.map((nodeId) => ({ nodeId, role: 'compute' as const })),
              ],
            },
          ],
        },
      },
    },
  )
  system = await startSystem(stack, sites)
  await system.keepCredentials('otc-ecs', 'default', otcKey)
  await system.keepCredentials('qingcloud-ehpc', 'default', qingcloudKey)
})

afterAll(async () => {
  await system?.close()
  await sites?.close()
  await stack?.close()
})

const actedOn = (provider: string) => (sites.clouds.get(provider)!.simulator.actions?.() ?? []).map(({ nodeId }) => nodeId)

test('an operation with one bad node ends PARTIAL, that node with the provider’s code, each node acted on once', async () => {
  const nodeIds = [bad, ...uuids(6)]
  const body = { provider: 'otc-ecs', action: 'restart', target: otc, nodeIds, rollout: { batchSize: 3 } }

  const accepted = await system.request('POST', '/v1/operations', body)
  const operation = await system.ended(accepted.body.operationId)
  const failed = await system.request('GET', `/v1/operations/${operation.operationId}/nodes?outcome=failed`)
  const events = await system.received()

  expect(accepted.status).toBe(202)
  expect(operation).toMatchObject({ status: 'PARTIAL', counts: { total: 7, succeeded: 6, failed: 1, unknown: 0 } })
  expect(failed.body).toMatchObject({ items: [{ nodeId: bad, code: 'Ecs.0227' }] })
  expect(actedOn('otc-ecs').toSorted()).toEqual(nodeIds.toSorted())
  const own = events.filter(({ detail }) => detail.operationId === operation.operationId)
  expect(own).toContainEqual(
    expect.objectContaining({
      source: 'drover',
      detail: expect.objectContaining({ status: 'PARTIAL', counts: operation.counts, endedAt: operation.endedAt }),
    }),
  )
  const outcomes = own.flatMap(({ detail }) => ('batchId' in detail && detail.endedAt !== null ? detail.nodes : []))
  expect(new Set(outcomes.map(({ nodeId }) => nodeId))).toEqual(new Set(nodeIds))
  expect(system.failed()).toEqual([])
})
