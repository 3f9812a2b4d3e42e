import { expect, test } from 'vitest'
import { pollOnce } from '../../../../functions/poller/poll-once.ts'
import { createSchedule } from '../../../../functions/poller/schedule.ts'
import { anEnded } from '../../../helpers/builders.ts'
import { pollerWith } from './poller.ts'

test('a batch that another poller has marked as published is not published again and again', async () => {
  const { deps, ledger } = pollerWith([anEnded({ published: 1 })])
  ledger.saveBatch.mockResolvedValue(false)
  const schedule = createSchedule()
  schedule.see(await ledger.agenda(10), false)

  await pollOnce(schedule.dueBy(Date.now()), schedule, deps)

  expect(schedule.nextAt()).toBeNull()
})
