import { expect, test, vi } from 'vitest'
import { pollOnce } from '../../../../functions/poller/poll-once.ts'
import { createSchedule } from '../../../../functions/poller/schedule.ts'
import { anEnded, anOperation, T0 } from '../../../helpers/builders.ts'
import { pollerWith } from './poller.ts'

test('a batch that another poller has marked as published is not published again and again', async () => {
  const { deps, ledger } = pollerWith([anEnded({ published: 1 })])
  ledger.saveBatch.mockResolvedValue(false)
  const schedule = createSchedule()
  schedule.see(await ledger.agenda(10), false)

  await pollOnce(schedule.dueBy(Date.now()), schedule, deps)

  expect(schedule.nextAt()).toBeNull()
})

test('an operation that could not be closed is closed soon, and not when it is looked at anyway', async () => {
  const { deps, ledger, operation } = pollerWith([anEnded({ published: 1 })])
  ledger.batches.mockRejectedValueOnce(new Error('the ledger is down'))
  const schedule = createSchedule()
  schedule.see(await ledger.agenda(10), false)
  schedule.plan({ ...anOperation(), batchId: null, dueAt: T0 + 300_000 }, T0 + 300_000)
  const now = vi.spyOn(deps.clock, 'now').mockReturnValue(T0 + 31_000)

  await pollOnce(schedule.dueBy(T0 + 31_000), schedule, deps)
  now.mockReturnValue(T0 + 37_000)
  await pollOnce(schedule.dueBy(T0 + 37_000), schedule, deps)

  expect(operation()).toMatchObject({ status: 'SUCCEEDED' })
})
