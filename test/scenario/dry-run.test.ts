import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
import { ehpcCluster } from '../helpers/world/fleets.ts'
import { idsFor, requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

test('a dry run shows the plan, and writes and sends nothing', async () => {
  const world = await openWorld()

  const { status, body } = await world.post(requestFor('otc-ecs', 25, { rollout: { batchSize: 10 } }), { dryRun: true })

  expect(status).toBe(200)
  expect(body).toMatchObject({ counts: { total: 25 }, batches: [{ nodes: 10 }, { nodes: 10 }, { nodes: 5 }] })
  const { Items } = await world.table.client.send(new ScanCommand({ TableName: world.table.tableName }))
  expect(Items).toEqual([])
  expect(world.platform.messages).toEqual([])
  expect(world.platform.published).toEqual([])
  expect(world.network.calls).toEqual([])
})

test('the plan of a dry run is the plan of the operation', async () => {
  const world = await openWorld()
  const request = requestFor('otc-ecs', 25, { rollout: { batchSize: 10 } })
  const { body: planned } = await world.post(request, { dryRun: true })

  const operationId = await world.accept(request)

  const operation = await world.operation(operationId)
  expect(operation.planHash).toBe(planned.planHash)
  expect(operation.batches.map(({ nodes }) => nodes)).toEqual(planned.batches.map(({ nodes }) => nodes))
})

test('a dry run refuses what the request itself would be refused for', async () => {
  const world = await openWorld({ clouds: ehpcCluster(2) })
  const request = requestFor('qingcloud-ehpc', 0, { action: 'delete', nodeIds: idsFor('qingcloud-ehpc', 2) })

  const { status } = await world.post(request, { dryRun: true })

  expect(status).toBe(422)
})
