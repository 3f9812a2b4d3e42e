import { expect, it } from 'vitest'
import { detectionDelayMs } from '../../../lib/domain/detection-delay.ts'

it.each([
  ['the time from a job’s end to our knowing', 8_000, 2_000],
  ['nothing when the provider’s clock is ahead of ours', 12_000, 0],
  ['no longer than the job itself when the provider’s clock is wrong', 0, 9_000],
])('the delay is %s', (_, endedAt, delayMs) => {
  expect(detectionDelayMs(endedAt, 1_000, 10_000)).toBe(delayMs)
})
