import { type Batch, type Ended, isEnded } from '../../../lib/domain/batch.ts'
import { dueAt } from './poller-steps.ts'
import { STEP_MS } from './rules.ts'
import type { Look, Row, Worker, World } from './model.ts'

type Open = Exclude<Batch, Ended>

/**
 * A world as a text that is the same for all worlds from which the same can come: times are told from now, workers have no
 * names, and nothing is told that no decision asks for any more.
 */
export const keyOf = (world: World): string => {
  const { now, rows } = world
  const since = (ms: number | null): string => (ms === null ? '-' : String((ms - now) / 1000))

  const batchKey = (batch: Batch): string => {
    const { batchId, state, firstTriedAt, createdAt } = batch
    // Its hold is over a step later.
    if (isEnded(batch)) return `${batchId} ${state} ${batch.outcome} ${now - batch.endedAt < STEP_MS}`
    // How long it has waited counts until it was tried, how long it was tried until it is through.
    const waited = firstTriedAt === null ? `c${since(createdAt)}` : `f${since(firstTriedAt)}`
    const tried = state === 'RUNNING' || state === 'SPLIT' ? '' : `${waited} ${batch.attempt}`
    return `${batchId} ${state} ${tried} ${ownKey(batch)}`
  }
  const ownKey = (batch: Open): string => {
    switch (batch.state) {
      case 'QUEUED':
        return since(batch.notBefore)
      case 'SUBMITTING':
        return [batch.lostAt, batch.claimedAt].map(since).join(' ')
      case 'RUNNING':
        return [...[batch.dueAt, batch.submittedAt, batch.deadline].map(since), batch.misses, batch.gone].join(' ')
      case 'OUTCOME_UNKNOWN': {
        const { sentAt, settledAt, deadline, misses, applied, untouched, changedAt } = batch
        const times = [batch.dueAt, sentAt, settledAt, deadline, changedAt].map(since)
        return [...times, misses, applied, untouched].join(' ')
      }
      case 'SPLIT':
        return batch.parts.map(({ nodes, state }) => `${nodes.join('+')} ${state.state}`).join(' ')
      case 'PLANNED':
        return ''
    }
  }
  const nextLook = (row: Row): string =>
    row.batch.state === 'QUEUED' || row.batch.state === 'PLANNED' ? since(dueAt(world, row)) : ''
  const rowKey = ({ batch, nodeIds, results }: Row): string =>
    `${batchKey(batch)} ${nextLook({ batch, nodeIds, results })} ${nodeIds.join('+')} ${Array.from(results.values(), ({ nodeId, outcome }) => `${nodeId}=${outcome}`).join(' ')}`
  // What was read and is still so needs only its name.
  const readKey = (row: Row): string =>
    rows[row.batch.batchId]?.batch.version === row.batch.version ? row.batch.batchId : `old ${rowKey(row)}`
  const claimKey = (claimed: Batch): string =>
    `${claimed.state === 'SUBMITTING' ? since(claimed.claimedAt) : ''} ${rows[claimed.batchId]?.batch.version === claimed.version}`

  const workerKey = (worker: Worker): string => {
    switch (worker.at) {
      case 'idle':
        return 'idle'
      case 'read':
        return `read ${readKey(worker.row)}`
      case 'holding':
      case 'refused': {
        const holders =
          worker.at === 'refused' ? Array.from(worker.holders, ([id, { batchId }]) => `${id}=${batchId}`) : []
        const { over, tries } = worker
        return [worker.at, readKey(worker.row), claimKey(worker.claimed), over.toSorted(), tries, ...holders].join(' ')
      }
      case 'claiming':
      case 'claimed':
        return `${worker.at} ${readKey(worker.row)} ${claimKey(worker.claimed)}`
      case 'answered': {
        const { kind } = worker.submission
        const perNode = 'perNode' in worker.submission && worker.submission.perNode
        return `answered ${readKey(worker.row)} ${claimKey(worker.claimed)} ${kind} ${perNode} ${since(worker.sentAt)}`
      }
    }
  }
  const lookKey = (look: Look): string => {
    const found =
      look.of === 'job'
        ? `${look.report.kind} ${'nodes' in look.report ? look.report.nodes.map(({ nodeId, outcome }) => nodeId + outcome).join(' ') : ''}`
        : `${look.evidence.kind} ${look.evidence.kind === 'seen' ? [...look.evidence.traces.values()].join(' ') : ''} ${since(look.lookedAt)}`
    return `${look.of} ${readKey(look.row)} ${found}`
  }

  return [
    Object.values(rows).map(rowKey).toSorted(),
    world.page.map(({ batchId, nodeIds }) => `${batchId} ${nodeIds.join('+')}`).toSorted(),
    world.messages.toSorted(),
    world.workers.map(workerKey).toSorted(),
    world.look === null ? '' : lookKey(world.look),
    world.stragglers.map(({ batchId, nodeIds, until }) => `${batchId} ${nodeIds.join('+')} ${since(until)}`).toSorted(),
    Object.entries(world.cloud)
      .map(([node, { batchId, at, status }]) => `${node} ${batchId} ${since(at)} ${status}`)
      .toSorted(),
    Object.entries(world.applied)
      .map(([name, times]) => `${name} ${times}`)
      .toSorted(),
    world.faults,
  ].join('|')
}
