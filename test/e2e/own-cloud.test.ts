import { expect, onTestFinished, test } from 'vitest'
import { createEcsSimulator } from '../../infra/local/simulators/ecs.ts'
import { serve } from '../../infra/local/simulators/serve.ts'
import { startStack } from '../../infra/local/stack.ts'
import { apiClient, uuids } from '../helpers/api-client.ts'

const credentials = { accessKey: 'OWNCLOUDACCESSKEY', secretKey: 'own-cloud-secret', securityToken: 'own-cloud-token' }
const target = { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' }

test("a user's own cloud is used, with the user's credentials, and its simulator not started", async () => {
  const simulator = createEcsSimulator({ clock: { now: Date.now, scale: 60 }, seed: 3, credentials })
  const own = await serve(simulator)
  onTestFinished(own.close)
  const lines: string[] = []
  const stack = await startStack({
    env: {
      DROVER_TIME_SCALE: '60',
      LOG_LEVEL: 'debug',
      PROVIDER_ENDPOINT_OTC_ECS: own.url,
      PROVIDER_CREDENTIALS_OTC_ECS: JSON.stringify(credentials),
    },
    onLog: (line) => lines.push(line),
  })
  onTestFinished(stack.close)
  const client = apiClient(stack.url)
  const nodeIds = uuids(5)

  const operationId = await client.accept({ provider: 'otc-ecs', action: 'restart', target, nodeIds })
  const { status } = await client.ended(operationId)

  expect(status).toBe('SUCCEEDED')
  expect([...stack.clouds.keys()]).not.toContain('otc-ecs')
  expect(
    simulator
      .actions()
      .map(({ nodeId }) => nodeId)
      .toSorted(),
  ).toEqual(nodeIds.toSorted())
  const said = [
    ...lines,
    JSON.stringify(await client.events()),
    JSON.stringify(await client.operation(operationId)),
  ].join('\n')
  for (const secret of Object.values(credentials)) expect(said).not.toContain(secret)
})

test('a refused signature of an own cloud fails the nodes with its reason, at once', async () => {
  const own = await serve(createEcsSimulator({ clock: { now: Date.now, scale: 60 }, seed: 3, credentials }))
  onTestFinished(own.close)
  const wrong = { ...credentials, secretKey: 'another-secret' }
  const stack = await startStack({
    env: {
      DROVER_TIME_SCALE: '60',
      LOG_LEVEL: 'error',
      PROVIDER_ENDPOINT_OTC_ECS: own.url,
      PROVIDER_CREDENTIALS_OTC_ECS: JSON.stringify(wrong),
    },
  })
  onTestFinished(stack.close)
  const client = apiClient(stack.url)

  const operationId = await client.accept({ provider: 'otc-ecs', action: 'restart', target, nodeIds: uuids(5) })
  const { status, counts } = await client.ended(operationId)

  expect({ status, failed: counts.failed }).toEqual({ status: 'FAILED', failed: 5 })
  expect(own.requests().filter(({ method }) => method === 'POST')).toHaveLength(1)
})
