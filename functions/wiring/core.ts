import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { clientLimits } from '../../lib/aws/client-limits.ts'
import { createLedger } from '../../lib/aws/ledger.ts'
import { paceOf, type PaceSettings } from '../../lib/domain/pace.ts'
import type { Clock } from '../../lib/domain/ports.ts'
import { Environment, parseEnvironment } from '../../lib/lambda/environment.ts'
import { createLog } from '../../lib/lambda/logger.ts'
import { createMetrics } from '../../lib/lambda/metrics.ts'

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** A deployment runs at the pace of the documents, whatever else its environment says. */
const localSettings = (env: Environment): PaceSettings => ({
  scale: env.DROVER_TIME_SCALE,
  graceMs: env.DROVER_GRACE_SECONDS && env.DROVER_GRACE_SECONDS * 1000,
  deadlineMs: env.DROVER_DEADLINE_SECONDS && env.DROVER_DEADLINE_SECONDS * 1000,
})

export type Core = ReturnType<typeof wireCore>

/** What every function works with, made of its environment: the ledger, the time, the log, the metrics. */
export const wireCore = (service: string, variables: NodeJS.ProcessEnv) => {
  const env = parseEnvironment(Environment, variables)
  const settings = env.DROVER_LOCAL ? localSettings(env) : { scale: 1 }
  return {
    env,
    variables,
    settings,
    pace: paceOf(settings),
    clock,
    log: createLog(service, env.LOG_LEVEL),
    metrics: createMetrics(env.DROVER_STAGE),
    ledger: createLedger({ client: new DynamoDBClient(clientLimits(3_000)), tableName: env.TABLE_NAME }),
  }
}
