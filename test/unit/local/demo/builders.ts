import type { EventView, NodeView, OperationView } from '../../../../infra/local/demo/client.ts'
import type { Order } from '../../../../infra/local/demo/demo-file.ts'
import type { Ended } from '../../../../infra/local/demo/run.ts'

export const orderOf = (change: Partial<Order> = {}): Order => ({
  name: 'web servers',
  provider: 'otc-ecs',
  action: 'restart',
  nodeIds: ['n-1', 'n-2'],
  request: { provider: 'otc-ecs' },
  expect: { status: 'PARTIAL', counts: { succeeded: 1, failed: 1 } },
  ...change,
})

export const countsOf = (change: Partial<OperationView['counts']> = {}): OperationView['counts'] => ({
  total: 2,
  pending: 0,
  running: 0,
  succeeded: 1,
  failed: 1,
  skipped: 0,
  unknown: 0,
  ...change,
})

/** An operation of two nodes in one batch, one of which failed, 30 s of real time after it began. */
export const endedRun = (change: Partial<OperationView> = {}, order: Partial<Order> = {}): Ended => {
  const operationId = change.operationId ?? 'op-1'
  return {
    order: orderOf(order),
    operationId,
    view: {
      operationId,
      status: 'PARTIAL',
      counts: countsOf(),
      batches: [{ batchId: `${operationId}.1`, state: 'PARTIAL', nodes: 2, jobIds: ['j-1'] }],
      createdAt: '2026-01-05T10:00:00.000Z',
      endedAt: '2026-01-05T10:00:30.000Z',
      ...change,
    } as Ended['view'],
  }
}

export const nodeOf = (nodeId: string, outcome = 'succeeded', change: Partial<NodeView> = {}): NodeView => ({
  nodeId,
  outcome,
  code: null,
  reason: null,
  ...change,
})

export const outcomes: readonly NodeView[] = [nodeOf('n-1'), nodeOf('n-2', 'failed', { code: 'Ecs.0227' })]

export const eventOf = (eventId: string, detail: Partial<EventView['detail']> = {}): EventView => ({
  sequence: 1,
  'detail-type': 'any',
  detail: {
    eventId,
    operationId: 'op-1',
    status: 'PARTIAL',
    endedAt: '2026-01-05T10:00:30.000Z',
    counts: countsOf(),
    ...detail,
  },
})

/** The events of `endedRun`: its batch's end with the outcomes, and its own. */
export const endEvents = (nodes: readonly NodeView[] = outcomes): EventView[] => [
  eventOf('e-1', { batchId: 'op-1.1', nodes: [...nodes] }),
  eventOf('e-2'),
]
