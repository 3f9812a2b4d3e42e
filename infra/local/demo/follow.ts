import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, EventView } from './client.ts'
import { isAccepted, isEnded, isTold, type Run } from './run.ts'

/** How the demo stands after one look at everything. */
export type Look = { runs: readonly Run[]; events: readonly EventView[] }

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

/**
 * Looks at all operations and at the events, again and again, until each operation has ended and every event that says so
 * has come, or until it is time to give up. Yields every look; the last one tells which.
 */
export async function* follow(
  begun: readonly Run[],
  client: Client,
  { until, everyMs, signal }: Options,
): AsyncGenerator<Look> {
  let look: Look = { runs: begun, events: [] }
  let giveUpAt = until
  for (;;) {
    const since = look.events.at(-1)?.sequence ?? 0
    const runs = await Promise.all(look.runs.map((run) => lookAt(run, client)))
    look = { runs, events: [...look.events, ...(await client.events(since))] }
    yield look

    if (runs.every((run) => isTold(run, look.events))) return
    if (runs.every((run) => !isAccepted(run) || isEnded(run))) giveUpAt = Math.min(giveUpAt, Date.now() + LATE_EVENTS_MS)
    if (Date.now() >= giveUpAt) return
    await sleep(everyMs, undefined, { signal })
  }
}
