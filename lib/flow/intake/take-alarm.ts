import { Conflict, InvalidRequest } from '../../domain/problem.ts'
import { pathText } from '../../domain/problems.ts'
import { accept } from '../accept.ts'
import { Alarm } from './alarm.ts'
import { coolDown, coolDownRefused } from './cool-down.ts'
import { type Arrival, isRefusal, keepRefused } from './keep-refused.ts'
import { prepare } from './prepare.ts'
import { type Remedy, remediate } from './remediate.ts'
import type { IntakeDeps, Taken } from './taken.ts'

/**
 * Does what the rules make of an alarm. They stand alone: what one of them asks for in vain is kept as a letter of its own,
 * and what fails for a passing reason is thrown when all have had their turn. Of an `only` rule a refusal is thrown too.
 */
export const takeAlarm = async (
  arrival: Arrival,
  eventId: string,
  only: string | null,
  deps: IntakeDeps,
): Promise<Taken> => {
  const alarm = Alarm.safeParse(arrival.input)
  if (!alarm.success)
    throw new InvalidRequest(alarm.error.issues.map(({ path, message }) => ({ path: pathText(path), message })))
  const rules = deps.rules.rules.filter(({ name }) => only === null || name === only)
  if (only !== null && rules.length === 0) throw new Conflict(`there is no rule ${only} any more`)

  const kept = async (rule: string, error: unknown): Promise<Taken> => {
    if (only !== null || !isRefusal(error)) throw error
    const letterId = await keepRefused(arrival, rule, error, deps)
    return { operationIds: [], notes: [`rule ${rule}: refused, see letter ${letterId}`] }
  }
  const taken: Taken[] = []
  const failures: unknown[] = []
  for (const remedy of remediate(alarm.data, rules, deps.clock.now())) {
    try {
      taken.push(await obey(remedy, alarm.data, eventId, deps).catch((error) => kept(remedy.rule.name, error)))
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return {
    operationIds: taken.flatMap(({ operationIds }) => operationIds),
    notes: taken.flatMap(({ notes }) => notes),
  }
}

const obey = async (remedy: Remedy, alarm: Alarm, eventId: string, deps: IntakeDeps): Promise<Taken> => {
  const nothing = (reason: string): Taken => {
    deps.log.info('alarm not acted on', { eventId, rule: remedy.rule.name, reason })
    return { operationIds: [], notes: [`rule ${remedy.rule.name}: ${reason}`] }
  }
  if (remedy.kind === 'none') return nothing(remedy.reason)
  const { rule } = remedy
  const wanted = { reason: `alarm ${alarm.name}`, ...remedy.request }
  const { request } = prepare(wanted, deps)
  const nodeIds = await coolDown(rule, request, eventId, deps)
  if (nodeIds.length === 0) return nothing('its nodes are cooling down')

  const asked = {
    trigger: 'alarm',
    principal: alarm.name,
    idempotencyKey: `alarm ${eventId} ${rule.name}`,
    retryOf: null,
  } as const
  try {
    const cooled = prepare({ ...wanted, nodeIds }, deps)
    const { operation } = await accept(cooled.request, cooled.planned, asked, deps)
    return { operationIds: [operation.operationId], notes: [] }
  } catch (error) {
    // After a conflict there is an operation of this event, which the cool-down is for.
    if (isRefusal(error) && !(error instanceof Conflict))
      await coolDownRefused(rule, { ...request, nodeIds }, eventId, deps)
    throw error
  }
}
