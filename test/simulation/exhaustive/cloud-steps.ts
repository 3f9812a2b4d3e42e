import { heldUntil } from '../../../lib/domain/hold.ts'
import { batchesOf, fault, later, type Step } from './change.ts'
import type { Straggler, World } from './model.ts'

/** The cloud acts on nodes, and says what of that must never be. */
export const act = (world: World, call: Omit<Straggler, 'until'>): { to: World; broken?: string } => {
  const { operationId, batchId, nodeIds } = call
  const cloud = { ...world.cloud }
  const applied = { ...world.applied }
  let broken: string | undefined
  for (const node of nodeIds) {
    const key = `${operationId} ${node}`
    applied[key] = (applied[key] ?? 0) + 1
    if (applied[key] > 1) broken = `S1: ${node} was acted on twice for ${operationId}`
    const before = world.cloud[node]
    if (before?.status === 'acting' && before.operationId !== operationId && holdsStill(world, before.batchId))
      broken = `S5: ${operationId} acts on ${node} while ${before.operationId} does`
    cloud[node] = { operationId, batchId, at: world.now, status: 'acting' }
  }
  return { to: later(world, { cloud, applied }), ...(broken === undefined ? {} : { broken }) }
}

const holdsStill = (world: World, batchId: string): boolean =>
  heldUntil({ operationId: batchId.split('.')[0] ?? '', batchId }, batchesOf(world)) === Infinity

/** What the cloud and the network do by themselves. */
export const cloudSteps = (world: World): Step[] => [
  ...Object.entries(world.cloud).flatMap(([node, one]): Step[] => {
    if (one.status !== 'acting') return []
    const end = (status: 'done' | 'failed') => later(world, { cloud: { ...world.cloud, [node]: { ...one, status } } })
    return [
      { name: `${node} is done`, to: end('done') },
      ...(world.faults === 0 ? [] : [{ name: `${node} fails`, to: fault(end('failed')) }]),
    ]
  }),
  ...world.stragglers.flatMap((call, i): Step[] => {
    const without = later(world, { stragglers: world.stragglers.toSpliced(i, 1) })
    const arrived = act(without, call)
    return [
      { name: `the call of ${call.batchId} arrives`, ...arrived },
      { name: `the call of ${call.batchId} is dropped`, to: without },
    ]
  }),
]
