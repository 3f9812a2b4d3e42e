import { claim } from '../../../lib/domain/claim.ts'
import { held, heldUntil } from '../../../lib/domain/hold.ts'
import { takeNodes } from '../../../lib/domain/hold-page.ts'
import type { Rules } from '../../../lib/domain/rules.ts'
import { submitted } from '../../../lib/domain/submitted.ts'
import { callSteps } from './call-steps.ts'
import { batchesOf, fault, later, save, type Step, withWorker } from './change.ts'
import type { Worker, World } from './model.ts'
import { LEASE_MS } from './rules.ts'

/** The steps that a worker can take from where it is. */
export const workerSteps = (world: World, i: number, rules: Rules): Step[] => {
  const worker = world.workers[i]
  if (worker === undefined) return []
  const go = (name: string, to: World | undefined, next: Worker): Step => ({
    name: `worker ${i} ${name}`,
    to: withWorker(to ?? world, i, next),
  })
  const idle: Worker = { at: 'idle' }
  const dies: Step[] =
    worker.at === 'idle' || world.faults === 0 ? [] : [{ ...go(`dies when ${worker.at}`, fault(world), idle) }]
  const { now } = world

  switch (worker.at) {
    case 'idle':
      return world.messages.flatMap((batchId) => {
        const row = world.rows[batchId]
        if (row === undefined) return []
        const taken = later(world, { messages: world.messages.filter((id) => id !== batchId) })
        return [
          go(`takes ${batchId}`, taken, { at: 'read', row }),
          ...(world.faults === 0
            ? []
            : [
                go(`takes one of two ${batchId}`, fault(world), { at: 'read', row }),
                { name: `the message of ${batchId} is lost`, to: fault(taken) },
              ]),
        ]
      })
    case 'read': {
      const decision = claim(worker.row.batch, now, LEASE_MS, rules)
      if (decision.kind === 'leave') return [go('leaves it', world, idle)]
      if (decision.kind === 'end') return [go('ends it', save(world, decision.batch), idle), ...dies]
      const next: Worker =
        worker.row.batch.attempt === 0
          ? { at: 'holding', row: worker.row, claimed: decision.batch, over: [], tries: 1 }
          : { at: 'claiming', row: worker.row, claimed: decision.batch }
      return [go('decides to submit', world, next), ...dies]
    }
    case 'holding': {
      const { row, claimed, over, tries } = worker
      const { operationId, batchId } = row.batch
      const taken = takeNodes(world.page, { operationId, batchId }, row.nodeIds, new Set(over), now)
      const to = later(world, { page: taken.page })
      const next: Worker =
        taken.holders.size === 0
          ? { at: 'claiming', row, claimed }
          : { at: 'refused', row, claimed, holders: taken.holders, over, tries }
      return [go('takes the nodes', to, next), ...dies]
    }
    case 'refused': {
      const { row, claimed, holders, over, tries } = worker
      const found = new Map(
        Array.from(holders, ([id, holder]) => [id, { ...holder, until: heldUntil(holder, batchesOf(world)) }]),
      )
      const ended = [...found.values()].filter(({ until }) => until <= now)
      if (ended.length > 0 && tries < 3) {
        const known = [...new Set([...over, ...ended.map(({ batchId }) => batchId)])]
        return [
          go('finds holds that are over', world, { at: 'holding', row, claimed, over: known, tries: tries + 1 }),
          ...dies,
        ]
      }
      return [go('leaves held nodes', save(world, held(row.batch, row.nodeIds, found, now, rules)), idle), ...dies]
    }
    case 'claiming': {
      const to = save(world, worker.claimed)
      if (to === undefined) return [go('is too late to claim', world, idle)]
      return [go('claims', to, { at: 'claimed', row: worker.row, claimed: worker.claimed }), ...dies]
    }
    case 'claimed':
      return [...callSteps(world, i, worker), ...dies]
    case 'answered': {
      const next = submitted(worker.claimed, worker.submission, worker.sentAt, now, rules)
      return [go('records the answer', save(world, next), idle), ...dies]
    }
  }
}
