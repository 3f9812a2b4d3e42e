import type { Rules } from '../../../lib/domain/rules.ts'
import { fault, later, type Step } from './change.ts'
import { cloudSteps } from './cloud-steps.ts'
import { isOpen, type World } from './model.ts'
import { dueAt, pollerSteps } from './poller-steps.ts'
import { STEP_MS } from './rules.ts'
import { workerSteps } from './worker-steps.ts'

/** The poller may be late by this. */
const MOST_LATE_MS = STEP_MS

/**
 * Time goes on, but not away from a poller that is late already, nor past the last moment of a call on its way. That it
 * does while somebody has something to do is a fault: a worker, a message or the poller was held up.
 */
const timeSteps = (world: World): Step[] => {
  const next = world.now + STEP_MS
  const open = Object.values(world.rows).filter(isOpen)
  if (open.length === 0 || open.some((row) => dueAt(world, row) + MOST_LATE_MS < next)) return []
  if (world.stragglers.some(({ until }) => until < next)) return []
  const isHeldUp =
    world.look !== null ||
    world.messages.length > 0 ||
    world.workers.some(({ at }) => at !== 'idle') ||
    open.some((row) => dueAt(world, row) <= world.now)
  if (isHeldUp && world.faults === 0) return []
  return [{ name: 'time passes', to: later(isHeldUp ? fault(world) : world, { now: next }) }]
}

/** Every step that anybody can take. */
export const stepsFrom = (world: World, rules: Rules): Step[] => [
  ...world.workers.flatMap((_, i) => workerSteps(world, i, rules)),
  ...pollerSteps(world, rules),
  ...cloudSteps(world),
  ...timeSteps(world),
]
