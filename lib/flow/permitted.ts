import type { Clock } from '../domain/ports.ts'
import { InvalidRequest, Refused } from '../domain/problem.ts'
import type { OperationRequest } from '../domain/request.ts'
import { type Clouds, rulesOf } from './clouds.ts'

/**
 * What cannot be told from the request alone: whether its time has passed, and what the provider's own state forbids.
 *
 * @throws InvalidRequest, Refused when it is not permitted; Unavailable when the provider does not say
 */
export const permitted = async (
  request: OperationRequest,
  { clouds, clock }: { clouds: Clouds; clock: Clock },
): Promise<void> => {
  if (request.notAfter !== null && Date.parse(request.notAfter) <= clock.now()) {
    throw new InvalidRequest([{ path: 'notAfter', message: 'is in the past' }])
  }
  const { provider } = rulesOf(clouds, request)
  if (provider.preflight === undefined) return
  const problems = await provider.preflight(request, request.nodeIds, await clouds.api(request))
  if (problems.length > 0) throw new Refused(`${request.provider} does not allow this ${request.action}`, problems)
}
