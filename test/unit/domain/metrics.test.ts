import { expect, it } from 'vitest'
import { countNodes, metricNames, type Metrics, metricUnits, operationsEnded } from '../../../lib/domain/metrics.ts'
import { noCounts } from '../../../lib/domain/outcome.ts'

it('the metrics are those that alarms and dashboard go by', () => {
  expect(metricNames.toSorted()).toEqual([
    'CredentialRefused',
    'DeadLetters',
    'DetectionDelay',
    'NodesFailed',
    'NodesSkipped',
    'NodesSucceeded',
    'NodesUnknown',
    'OperationsAccepted',
    'OperationsCancelled',
    'OperationsFailed',
    'OperationsNeedAttention',
    'OperationsPartial',
    'OperationsSucceeded',
    'OutcomeUnknown',
    'PlatformRefusals',
    'ProviderCalls',
    'ProviderErrors',
    'ProviderThrottles',
    'WorkFailures',
  ])
  expect(metricNames.filter((name) => metricUnits[name] !== 'Count')).toEqual(['DetectionDelay'])
})

it('every end of an operation has its own metric', () => {
  expect(new Set(Object.values(operationsEnded)).size).toBe(5)
})

it('the nodes of an ended batch are counted by their outcome', () => {
  const counted: unknown[] = []
  const metrics: Metrics = { count: (...what: unknown[]) => void counted.push(what), flush: () => {} }
  const counts = { ...noCounts, total: 10, succeeded: 4, failed: 3, skipped: 2, unknown: 1 }

  countNodes({ provider: 'otc-ecs', counts }, metrics)

  expect(counted).toEqual([
    ['NodesSucceeded', 4, 'otc-ecs'],
    ['NodesFailed', 3, 'otc-ecs'],
    ['NodesSkipped', 2, 'otc-ecs'],
    ['NodesUnknown', 1, 'otc-ecs'],
  ])
})
