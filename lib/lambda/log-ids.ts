import { AsyncLocalStorage } from 'node:async_hooks'

const names = ['requestId', 'messageId', 'operationId', 'batchId', 'provider'] as const

/** What a log line is about. */
export type LogIds = { readonly [name in (typeof names)[number]]?: string | undefined }

const current = new AsyncLocalStorage<LogIds>()

/** The ids of whatever is being worked on here. */
export const logIds = (): LogIds => current.getStore() ?? {}

/** Does the work; in every log line of it stand the ids that this thing has (a batch, a message), and those around it. */
export const withLogIds = <T>(thing: LogIds, work: () => T): T =>
  // Of a batch, its ids and nothing else.
  current.run(
    { ...logIds(), ...Object.fromEntries(names.flatMap((name) => (thing[name] ? [[name, thing[name]]] : []))) },
    work,
  )
