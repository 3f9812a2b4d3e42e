/**
 * US dollars, us-east-1, as of November 2026: from memory of the public price lists, not fetched. What AWS gives away for
 * nothing (free tiers) is not taken off. DynamoDB, SQS and EventBridge are in prices.ts.
 */
export const DOLLARS = {
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  keyMonth: 1,
  lambdaGigabyteSecondArm: 0.000_013_333_4,
  lambdaRequest: 0.000_000_2,
  schedulerInvocation: 0.000_001,
  trace: 0.000_005,
  logGigabyte: 0.5,
  metricMonth: 0.3,
} as const
