import { expect, test } from 'vitest'
import { partedLines } from '../../../infra/local/metric-lines.ts'
import { createMetrics } from '../../../lib/lambda/metrics.ts'

const written = (): string => {
  const lines: string[] = []
  const metrics = createMetrics('local', (line) => void lines.push(line))
  metrics.count('NodesFailed', 1, 'otc-ecs')
  metrics.flush()
  return lines.join('\n')
}

test('log lines and whatever else is printed stay as they are', () => {
  expect(partedLines('{"message":"said _aws"}\nand\n')).toEqual({ log: '{"message":"said _aws"}\nand\n', metrics: [] })
})

test('metrics are taken out, also from between log lines', () => {
  const metric = written()

  expect(partedLines(`${metric}\n`)).toEqual({ log: '', metrics: [metric] })
  expect(partedLines(`one\n${metric}\n${metric}\ntwo\n`)).toEqual({ log: 'one\ntwo\n', metrics: [metric, metric] })
})
