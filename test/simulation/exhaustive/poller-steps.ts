import { isEnded } from '../../../lib/domain/batch.ts'
import { expired } from '../../../lib/domain/claim.ts'
import type { Trace } from '../../../lib/domain/evidence.ts'
import type { JobReport } from '../../../lib/domain/job.ts'
import { polled } from '../../../lib/domain/polled.ts'
import { reconciled } from '../../../lib/domain/reconciled.ts'
import type { Rules } from '../../../lib/domain/rules.ts'
import { partsOf, splitDone } from '../../../lib/domain/split.ts'
import { leaseLost } from '../../../lib/domain/submitted.ts'
import { fault, later, save, type Step, withMessage } from './change.ts'
import { isOpen, type Look, type Row, type World } from './model.ts'
import { RESEND_MS } from './rules.ts'

const jobReport = (world: World, { batch, nodeIds }: Row): JobReport => {
  const acts = nodeIds.map((nodeId) => ({ nodeId, done: world.cloud[nodeId] }))
  // A cloud's job is of one call: what another operation did since is none of its business.
  const nodes = acts.flatMap(({ nodeId, done }) =>
    done?.operationId === batch.operationId && done.status === 'acting'
      ? []
      : [
          {
            nodeId,
            outcome: done?.status === 'failed' ? ('failed' as const) : ('succeeded' as const),
            code: null,
            reason: null,
          },
        ],
  )
  return nodes.length === nodeIds.length
    ? { kind: 'ended', nodes, rest: { outcome: 'unknown', code: null, reason: null } }
    : { kind: 'running', nodes }
}

const UNREADABLE = { kind: 'unreadable', code: 'code', reason: 'reason', waitMs: null, auth: false } as const

/** What the poller does with one row whose time has come. */
const pollerStepsOn = (world: World, row: Row, rules: Rules): Step[] => {
  const { batch, nodeIds } = row
  const { now } = world
  const name = (what: string) => `poller ${what} ${batch.batchId}`
  const looks = (...found: [string, Look, World][]): Step[] =>
    found.map(([what, look, to]) => ({ name: name(what), to: later(to, { look }) }))
  if (isEnded(batch)) return []
  switch (batch.state) {
    case 'PLANNED':
    case 'QUEUED': {
      const next = expired(batch, now, rules)
      if (next !== undefined) return [{ name: name('ends'), to: save(world, next) ?? world }]
      const sentUntil = { ...world.sentUntil, [batch.batchId]: now + RESEND_MS }
      return [{ name: name('sends'), to: withMessage(later(world, { sentUntil }), batch.batchId) }]
    }
    case 'SUBMITTING':
      return [{ name: name('misses the worker of'), to: save(world, leaseLost(batch, now, rules)) ?? world }]
    case 'RUNNING': {
      const gone: JobReport = { kind: 'gone', code: 'code', reason: 'reason' }
      return looks(
        ['looks at the job of', { of: 'job', row, report: jobReport(world, row) }, world],
        ...(world.faults === 0
          ? []
          : ([
              ['cannot read the job of', { of: 'job', row, report: UNREADABLE }, fault(world)],
              ['does not find the job of', { of: 'job', row, report: gone }, fault(world)],
            ] as [string, Look, World][])),
      )
    }
    case 'OUTCOME_UNKNOWN': {
      const { sentAt } = batch
      const traces = new Map(
        nodeIds.map((id): [string, Trace] => [id, (world.cloud[id]?.at ?? 0) >= sentAt ? 'applied' : 'untouched']),
      )
      return looks(
        [
          'looks for traces of',
          { of: 'traces', row, evidence: { kind: 'seen', traces, jobIds: [], note: '' }, lookedAt: now },
          world,
        ],
        ...(world.faults === 0
          ? []
          : ([
              ['cannot look for traces of', { of: 'traces', row, evidence: UNREADABLE, lookedAt: now }, fault(world)],
            ] as [string, Look, World][])),
      )
    }
    case 'SPLIT': {
      const rows = { ...world.rows }
      for (const part of partsOf(batch, nodeIds))
        rows[part.batch.batchId] ??= { batch: part.batch, nodeIds: part.nodeIds, results: new Map() }
      return [{ name: name('writes the parts of'), to: save(later(world, { rows }), splitDone(batch)) ?? world }]
    }
  }
}

const concluded = (world: World, { row, ...look }: Look, rules: Rules): World => {
  const { batch, nodeIds, results } = row
  const { now } = world
  const over = later(world, { look: null })
  if (look.of === 'traces')
    return save(over, reconciled(batch, look.evidence, nodeIds, now, rules, look.lookedAt)) ?? over
  const advance = polled(batch, look.report, nodeIds, results, now, rules)
  return save(over, advance.batch, advance.results ?? results) ?? over
}

/** When the poller looks at the batch, ms: a planned one it finds with its operation. */
export const dueAt = ({ sentUntil }: World, { batch }: Row): number => {
  if (batch.state === 'SUBMITTING') return batch.lostAt
  if (batch.state === 'PLANNED') return sentUntil[batch.batchId] ?? batch.createdAt + RESEND_MS
  if (batch.state === 'QUEUED') return Math.max(batch.dueAt, sentUntil[batch.batchId] ?? 0)
  return batch.dueAt ?? Infinity
}

export const pollerSteps = (world: World, rules: Rules): Step[] => {
  if (world.look !== null) return [{ name: 'poller concludes', to: concluded(world, world.look, rules) }]
  const remembers = Object.keys(world.sentUntil).length > 0 && world.faults > 0
  const dies: Step[] = remembers ? [{ name: 'poller dies', to: later(fault(world), { sentUntil: {} }) }] : []
  const steps = Object.values(world.rows).flatMap((row) =>
    isOpen(row) && dueAt(world, row) <= world.now ? pollerStepsOn(world, row, rules) : [],
  )
  return [...steps, ...dies]
}
