import { SSMClient } from '@aws-sdk/client-ssm'
import { clientLimits } from '../../lib/aws/client-limits.ts'
import { createCredentials } from '../../lib/aws/credentials.ts'
import type { Core } from './core.ts'

/** Credentials of the providers' accounts, from the Parameter Store, or from the environment of a local stack. */
export const wireCredentials = ({ env, variables, clock }: Core) =>
  createCredentials({
    stage: env.DROVER_STAGE,
    source: env.DROVER_LOCAL
      ? { kind: 'environment', env: variables }
      : { kind: 'ssm', client: new SSMClient(clientLimits(5_000)) },
    now: clock.now,
  })
