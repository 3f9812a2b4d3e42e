import { bury } from '../../../functions/dead-letter/bury.ts'
import { invoke } from '../../../functions/invoker/invoke.ts'
import { pollOnce } from '../../../functions/poller/poll-once.ts'
import { createSchedule, type Schedule } from '../../../functions/poller/schedule.ts'
import { workOn } from '../../../functions/poller/work-on.ts'
import { eachMessage } from '../../../lib/lambda/each-message.ts'
import type { VirtualClock } from './clock.ts'
import type { Platform, QueuedMessage } from './platform.ts'
import type { Process } from './process.ts'
import { sqsEvent } from './sqs-event.ts'

const HOUR_MS = 3_600_000
/** A queue gives a message up after so many deliveries. */
const MOST_RECEIVES = 5
/** What a poller waits after a pass that had something to do. */
const PASS_MS = 100

/** The work that nobody waits for: queues to invokers, the poller's minutes, dead letters. */
export const createLabour = (main: Process, platform: Platform, clock: VirtualClock) => {
  const letters: QueuedMessage[] = []

  /** Hands waiting messages to the invoker, as a queue does: what fails comes back, and at last ends as a dead letter. */
  const deliver = async (process: Process = main, given?: readonly QueuedMessage[]): Promise<void> => {
    const taken = given ?? platform.messages.splice(0)
    for (const message of taken) message.receives += 1
    const { batchItemFailures } = await eachMessage(sqsEvent(taken), process, (message) => invoke(message, process))
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    for (const message of taken.filter(({ id }) => failed.has(id))) {
      if (message.receives < MOST_RECEIVES) platform.messages.push(message)
      else letters.push(message)
    }
  }

  const schedules = new WeakMap<Process, Schedule>()

  /** What the process knows of what is open, read from the ledger anew. */
  const scheduleOf = async (process: Process): Promise<Schedule> => {
    const schedule = schedules.get(process) ?? createSchedule()
    schedules.set(process, schedule)
    schedule.see(await process.ledger.agenda(10_000), true)
    return schedule
  }

  /** One pass of the poller over what is due now; whether anything was. */
  const pass = async (process: Process = main): Promise<boolean> => {
    const schedule = await scheduleOf(process)
    const due = schedule.dueBy(clock.now())
    if (due.length === 0) return false
    await pollOnce(due, schedule, process)
    return true
  }

  /** When the poller has something to do next, null when nothing is open. */
  const nextAt = async (process: Process = main): Promise<number | null> => (await scheduleOf(process)).nextAt()

  return {
    /** Messages that were delivered too often. */
    letters,
    deliver,
    pass,
    nextAt,
    /** Queues and pollers at work until nothing is open any more; throws when that takes longer than `withinMs`. */
    run: async ({ withinMs = 4 * HOUR_MS, process = main }: { withinMs?: number; process?: Process } = {}) => {
      const end = clock.now() + withinMs
      for (;;) {
        while (platform.messages.length > 0) await deliver(process)
        const next = await nextAt(process)
        if (next === null) return
        if (next > end || clock.now() > end) throw new Error(`not over within ${withinMs} ms`)
        clock.advanceTo(next)
        if (await pass(process)) clock.advance(PASS_MS)
      }
    },
    bury: async (messages: readonly QueuedMessage[] = letters.splice(0)) => bury(sqsEvent(messages), main),
    workOn: async (holder: string, forMs: number, process: Process = main) => workOn(holder, forMs, process),
  }
}
