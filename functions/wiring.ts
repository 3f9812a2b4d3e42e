import { createBus } from '../lib/aws/bus.ts'
import { createClients } from '../lib/aws/clients.ts'
import { createCredentials } from '../lib/aws/credentials.ts'
import { createLedger } from '../lib/aws/ledger.ts'
import { createDispatcher } from '../lib/aws/queue.ts'
import type { Refusal } from '../lib/aws/refusal.ts'
import { paceOf } from '../lib/domain/pace.ts'
import type { Clock } from '../lib/domain/ports.ts'
import { createClouds } from './clouds.ts'
import { type Environment, variableOf } from '../lib/lambda/environment.ts'
import { createLog } from '../lib/lambda/logger.ts'

/** A provider must have answered by then, ms; a local stack that runs faster waits less, but never under 3 s. */
const CALL_MS = 30_000
const SHORTEST_CALL_MS = 3_000

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** The adapters that a function works with, made of its environment. */
export const wire = (service: string, env: Environment, variables: NodeJS.ProcessEnv) => {
  const settings = {
    scale: env.DROVER_TIME_SCALE,
    graceMs: env.DROVER_GRACE_SECONDS && env.DROVER_GRACE_SECONDS * 1000,
    deadlineMs: env.DROVER_DEADLINE_SECONDS && env.DROVER_DEADLINE_SECONDS * 1000,
  }
  const pace = paceOf(settings)
  const callMs = Math.max(SHORTEST_CALL_MS, pace(CALL_MS))
  const log = createLog(service, env.LOG_LEVEL)
  const refused = (what: string) => (refusal: Refusal) => log.warn('not taken by the platform', { what, ...refusal })
  const clients = createClients()
  const ledger = createLedger({ client: clients.dynamodb, tableName: env.TABLE_NAME })
  const queueUrlOf = (provider: string) => {
    const url = variables[`QUEUE_URL_${variableOf(provider)}`]
    if (url === undefined) throw new Error(`environment: QUEUE_URL_${variableOf(provider)} is missing`)
    return url
  }
  const credentials = createCredentials({
    stage: env.DROVER_STAGE,
    source: env.DROVER_LOCAL ? { kind: 'environment', env: variables } : { kind: 'ssm', client: clients.ssm },
    now: clock.now,
  })
  // Where a provider is, is compiled in; only a local stack may be told otherwise.
  const endpointOf = (provider: string) =>
    env.DROVER_LOCAL ? variables[`PROVIDER_ENDPOINT_${variableOf(provider)}`] : undefined
  return {
    ledger,
    clock,
    pace,
    callMs,
    log,
    bus: createBus({ client: clients.eventbridge, busName: env.EVENT_BUS_NAME, onRefusal: refused('events') }),
    dispatcher: createDispatcher({ client: clients.sqs, queueUrlOf, onRefusal: refused('messages') }),
    clouds: createClouds({ settings, ledger, clock, callMs, credentials, endpointOf }),
  }
}
