import type { Unit } from './meter.ts'

/**
 * US dollars for a million, us-east-1, on demand, as of November 2026: from memory of the public price lists (DynamoDB
 * on demand, SQS standard queues, EventBridge custom events), not fetched by the benchmark. Lambda's own time, the schedule,
 * log lines and storage are not in it.
 */
export const DOLLARS_PER_MILLION: Readonly<Record<Unit, number>> = {
  WRU: 0.625,
  RRU: 0.125,
  'SQS request': 0.4,
  event: 1,
}
