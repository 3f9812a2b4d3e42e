import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, EventView } from './client.ts'
import { isAccepted, isEnded, isRefused, isTold, type Run } from './run.ts'

/** How the demo stands after one look at everything; `trouble` is why the look was not a whole one. */
export type Look = { runs: readonly Run[]; events: readonly EventView[]; trouble: string | null }

type Options = {
  /** When to give up, ms since the epoch. */
  until: number
  /** Between two looks, ms. */
  everyMs: number
  signal: AbortSignal
}

/** What is published after an operation has ended comes at once, or not at all. */
const LATE_EVENTS_MS = 10_000

const lookAt = async (run: Run, client: Client): Promise<Run> =>
  isAccepted(run) && !isEnded(run) ? { ...run, view: await client.operation(run.operationId) } : run

const next = async ({ runs, events }: Look, client: Client, signal: AbortSignal): Promise<Look> => {
  try {
    const since = events.at(-1)?.sequence ?? 0
    const [looked, further] = [await Promise.all(runs.map((run) => lookAt(run, client))), await client.events(since)]
    return { runs: looked, events: [...events, ...further], trouble: null }
  } catch (error) {
    signal.throwIfAborted()
    // One look that fails is not the end of the operations: only the time is.
    return { runs, events, trouble: String(error) }
  }
}

const isOver = (run: Run): boolean => isRefused(run) || isEnded(run)

/**
 * Looks at all operations and at the events, again and again, until each operation has ended and every event that says so
 * has come, or until it is time to give up. Yields every look; the last one tells which.
 */
export async function* follow(
  begun: readonly Run[],
  client: Client,
  { until, everyMs, signal }: Options,
): AsyncGenerator<Look, undefined, undefined> {
  let look: Look = { runs: begun, events: [], trouble: null }
  let giveUpAt = until
  while (Date.now() < giveUpAt) {
    look = await next(look, client, signal)
    yield look

    if (look.runs.every((run) => isTold(run, look.events))) return
    if (look.runs.every(isOver)) giveUpAt = Math.min(giveUpAt, Date.now() + LATE_EVENTS_MS)
    await sleep(everyMs, undefined, { signal })
  }
}
