import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openJournal } from './journal.ts'
import type { LocalFunction } from './lambda.ts'
import type { Outcome } from './worker-messages.ts'

/** What the template says of events for a function; Lambda's own values where it says nothing. */
export type EventPolicy = { retries: number; maxAgeSeconds: number; onFailure?: (record: string) => Promise<void> }

export const defaultEventPolicy: EventPolicy = { retries: 2, maxAgeSeconds: 6 * 60 * 60 }

type Accepted = { id: string; functionArn: string; payload: string; at: number }
type Entry = { accepted: Accepted } | { done: string }

const unfinished = (entries: Entry[]) => {
  const done = new Set(entries.flatMap((entry) => ('done' in entry ? [entry.done] : [])))
  return entries.filter((entry) => 'accepted' in entry && !done.has(entry.accepted.id))
}

const failureRecord = (event: Accepted, attempts: number, outcome: Outcome | undefined) =>
  JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: event.id,
      functionArn: event.functionArn,
      condition: outcome ? 'RetriesExhausted' : 'EventAgeExceeded',
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(outcome && !outcome.ok ? { responsePayload: outcome.error } : {}),
  })

type Options = { timeScale: number; file?: string; log: (line: string) => void }

/**
 * Lambda's queue of events: accepted at once, tried again one and two minutes after an error, dropped at its age, and then
 * sent where the template says. With a file, what was accepted and did not end is taken up after a restart.
 */
export const createAsyncInvocations = ({ timeScale, file, log }: Options) => {
  const journal = openJournal<Entry>(file, unfinished)
  const functions = new Map<string, { local: LocalFunction; policy: EventPolicy }>()
  const stopping = new AbortController()

  const giveUp = async (event: Accepted, policy: EventPolicy, attempts: number, outcome: Outcome | undefined) => {
    const reason =
      outcome && !outcome.ok ? `${outcome.error.errorType}: ${outcome.error.errorMessage}` : 'it was too old'
    log(`event for ${event.functionArn} dropped after ${attempts} attempts: ${reason}`)
    await policy.onFailure?.(failureRecord(event, attempts, outcome))
  }
  const run = async (event: Accepted) => {
    const target = functions.get(event.functionArn)
    if (!target) return log(`event for ${event.functionArn} dropped: there is no such function`)
    const { local, policy } = target
    const young = () => Date.now() - event.at <= policy.maxAgeSeconds * 1000

    for (let attempt = 1; ; attempt += 1) {
      const outcome = await local.invoke(event.payload, young)
      // What the stack cut off while it stopped stays in the journal.
      if (stopping.signal.aborted && !outcome?.ok) return
      const over = !outcome || outcome.ok || attempt > policy.retries
      if (over && !outcome?.ok) await giveUp(event, policy, attempt, outcome)
      if (over) return journal.add({ done: event.id })
      await sleep((60_000 * attempt) / timeScale, undefined, { signal: stopping.signal })
    }
  }
  const start = (event: Accepted) =>
    void run(event).catch((error: unknown) => {
      if (!stopping.signal.aborted) log(`event for ${event.functionArn} lost: ${String(error)}`)
    })

  return {
    register: (local: LocalFunction, policy: EventPolicy) => functions.set(local.arn, { local, policy }),
    /** Accepts an event for a function; it is kept from here on. */
    invoke: (functionArn: string, payload: string) => {
      const accepted = { id: randomUUID(), functionArn, payload, at: Date.now() }
      journal.add({ accepted })
      start(accepted)
    },
    /** Takes up what an earlier run accepted and did not finish. */
    resume: () => {
      for (const entry of journal.earlier) if ('accepted' in entry) start(entry.accepted)
    },
    close: () => stopping.abort(),
  }
}

export type AsyncInvocations = ReturnType<typeof createAsyncInvocations>
