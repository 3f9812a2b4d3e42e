import { ingest } from '../../../functions/ingest/ingest.ts'
import type { HttpResponse } from '../../../lib/lambda/http-response.ts'
import { drover, type Deps, type Functions } from '../functions.ts'
import { acceptPlainly } from './accept-plainly.ts'
import { naive } from './naive.ts'
import { createPowertools } from './powertools.ts'

export type Strategy = {
  /** Takes a request over HTTP. */
  accept: (event: unknown, deps: Deps) => Promise<HttpResponse | undefined>
  /** The functions behind it, for one run. */
  functions: () => Functions
}

export const strategies = {
  'SQS and retry': { accept: acceptPlainly, functions: () => naive },
  'Powertools idempotency': { accept: acceptPlainly, functions: createPowertools },
  Drover: { accept: (event, deps) => ingest(event, 'http', deps), functions: () => drover },
} as const satisfies Record<string, Strategy>

export type StrategyName = keyof typeof strategies
