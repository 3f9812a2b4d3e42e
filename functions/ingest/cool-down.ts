import { canonicalJson, fingerprint } from '../../lib/domain/fingerprint.ts'
import type { Clock, Ledger } from '../../lib/domain/ports.ts'
import type { OperationRequest } from '../../lib/domain/request.ts'
import { mapLimit } from '../../lib/flow/map-limit.ts'
import type { RemediationRule } from './remediation-rules.ts'

/**
 * The nodes of a request that a rule may act on now; from now on it may not act on them again until its cool-down is
 * over. The same event finds its own nodes free, so that a repeated delivery is the same request.
 */
export const coolDown = async (
  rule: RemediationRule,
  { provider, target, nodeIds }: OperationRequest,
  eventId: string,
  { ledger, clock }: { ledger: Ledger; clock: Clock },
): Promise<string[]> => {
  const now = clock.now()
  const until = now + rule.cooldownSeconds * 1000
  const free = await mapLimit(nodeIds, 8, async (nodeId) => {
    const name = `cool-down ${rule.name} ${fingerprint(provider, canonicalJson(target), nodeId)}`
    return (await ledger.acquire(name, eventId, now, until)) ? [nodeId] : []
  })
  return free.flat()
}
