import { gatewayError, serviceError } from '../huawei-gateway.ts'
import type { RawReply } from '../simulator.ts'
import type { Context } from './context.ts'
import type { EcsState } from './state.ts'

const MINUTE_MS = 60_000

/**
 * "A maximum of 1,000 ECSs can be restarted in one minute" (Restarting ECSs in a Batch): refuses what would exceed that in a rolling
 * minute of the project, and remembers what would not. A refused request does not count.
 */
export const flowRefusal = (
  state: EcsState,
  { clock, flavour, oddities }: Context,
  asked: { projectId: string; servers: number; now: number },
): RawReply | undefined => {
  if (!flavour.hasFlowLimit) return undefined
  const since = asked.now - MINUTE_MS / clock.scale
  const used = state.admissions
    .filter(({ at, projectId }) => at > since && projectId === asked.projectId)
    .reduce((sum, { servers }) => sum + servers, 0)
  if (used + asked.servers <= oddities.serversPerMinute) return undefined
  // A 202 with an error inside and no job: nothing was submitted.
  if (oddities.flowLimit === 'Common.0024') return serviceError(202, 'Common.0024', 'Flow limit exceeded.')
  const policy = `policy user over ratelimit,limit:${oddities.serversPerMinute},time:1 minute`
  return gatewayError(429, 'APIGW.0308', `The throttling threshold has been reached: ${policy}`)
}

/** Counts accepted servers and forgets what has left the minute. */
export const admit = (
  state: EcsState,
  { clock }: Context,
  asked: { projectId: string; servers: number; now: number },
): void => {
  const since = asked.now - MINUTE_MS / clock.scale
  state.admissions = state.admissions.filter(({ at }) => at > since)
  state.admissions.push({ projectId: asked.projectId, at: asked.now, servers: asked.servers })
}
