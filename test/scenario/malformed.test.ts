import { expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const lettersIn = async ({ ledger }: World) => {
  const { items } = await ledger.listLetters({ limit: 100 })
  return Promise.all(
    items.map(async ({ letterId, queue, reason }) => ({ queue, body: await ledger.letterBody(letterId), reason })),
  )
}

test.each(['', 'not json', '{}', '[]', '{"v":2,"operationId":"op-1","batchId":"b"}', '{"v":1,"operationId":7}'])(
  'the malformed message "%s" ends in the ledger and not in a loop',
  async (body) => {
    const world = await openWorld()

    await world.deliver(undefined, [{ id: 'bad', provider: 'otc-ecs', body, receives: 0 }])

    expect(await lettersIn(world)).toEqual([{ queue: 'otc-ecs', body, reason: expect.stringMatching(/./) }])
    expect(world.platform.messages).toEqual([])
    expect(world.letters).toEqual([])
  },
)

test('a malformed message does not hold up those that it was delivered with', async () => {
  const world = await openWorld()
  const operationId = await world.accept(requestFor('otc-ecs', 2))
  const [message] = world.platform.messages.splice(0)

  await world.deliver(undefined, [{ id: 'bad', provider: 'otc-ecs', body: 'x', receives: 0 }, message!])
  await world.run()

  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
})

test('a message that was delivered too often ends in the ledger, and its batch is submitted all the same, once', async () => {
  const world = await openWorld()
  const operationId = await world.accept(requestFor('otc-ecs', 2))
  while (world.platform.messages.length > 0) await world.deliver(world.start(() => true))
  expect(world.letters).toHaveLength(1)

  const { batchItemFailures } = await world.bury()
  await world.run()

  expect(batchItemFailures).toEqual([])
  expect(await lettersIn(world)).toMatchObject([{ reason: 'delivered too often without success' }])
  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
  await expectWhole(world, [operationId])
})

test.each([
  ['a bad request', { id: 'e1', 'detail-type': 'Node Operation Requested', source: 'x', detail: { provider: 'none' } }],
  ['something that nobody knows', { id: 'e2', 'detail-type': 'Something Else', source: 'x', detail: {} }],
  ['an alarm without a name', { id: 'e3', 'detail-type': 'CloudWatch Alarm State Change', source: 'x', detail: {} }],
  ['a schedule with a bad input', { provider: 'otc-ecs', action: 'fly' }],
])('%s that comes as an event ends in the ledger with its problems, and is not thrown back', async (_, input) => {
  const world = await openWorld({ rules: [] })

  await world.event(input)

  expect(await lettersIn(world)).toEqual([
    { queue: 'ingest', body: JSON.stringify(input), reason: expect.stringMatching(/./) },
  ])
  expect(world.platform.messages).toEqual([])
})
