import { canonicalJson, fingerprint } from '../../domain/fingerprint.ts'
import type { Clock, Ledger } from '../../domain/ports.ts'
import type { OperationRequest } from '../../domain/request.ts'
import { mapLimit } from '../../domain/map-limit.ts'
import type { RemediationRule } from './remediation-rules.ts'

const WRITES_AT_ONCE = 8
/** A rule that was refused for a node may try again after this: soon, and not with every alarm of a storm. */
const REFUSED_MS = 60_000

type Deps = { ledger: Ledger; clock: Clock }

/**
 * The nodes of a request that a rule may act on now; from now on it may not act on them again until its cool-down is
 * over. The same event finds its own nodes free, so that a repeated delivery is the same request.
 */
export const coolDown = (
  rule: RemediationRule,
  request: OperationRequest,
  eventId: string,
  deps: Deps,
): Promise<string[]> => hold(rule, request, eventId, rule.cooldownSeconds * 1000, deps)

/** Nothing came of it: the cool-down that this event began is cut short. */
export const coolDownRefused = async (
  rule: RemediationRule,
  request: OperationRequest,
  eventId: string,
  deps: Deps,
): Promise<void> => {
  await hold(rule, request, eventId, REFUSED_MS, deps)
}

const hold = async (
  rule: RemediationRule,
  { provider, target, nodeIds }: OperationRequest,
  eventId: string,
  forMs: number,
  { ledger, clock }: Deps,
): Promise<string[]> => {
  const now = clock.now()
  const held = await mapLimit(nodeIds, WRITES_AT_ONCE, async (nodeId) => {
    const name = `cool-down ${rule.name} ${fingerprint(provider, canonicalJson(target), nodeId)}`
    return (await ledger.acquire(name, eventId, now, now + forMs)) ? [nodeId] : []
  })
  return held.flat()
}
