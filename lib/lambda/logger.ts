import type { Log } from '../domain/log.ts'
import { logIds } from './log-ids.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof LEVELS)[number]

/** An error without what may stand in its other fields: SDK errors carry whole requests. */
const shownError = (error: Error): Record<string, unknown> => ({
  name: error.name,
  message: error.message,
  stack: error.stack,
  ...(error.cause instanceof Error ? { cause: shownError(error.cause) } : {}),
})

const replacer = (_: string, value: unknown): unknown => (value instanceof Error ? shownError(value) : value)

/** The trace that this invocation is part of, where the platform traces it ("Root=1-…;Parent=…;Sampled=1"). */
const traceId = (): { traceId?: string } => {
  const [, root] = /(?:^|;)Root=([^;]+)/.exec(process.env['_X_AMZN_TRACE_ID'] ?? '') ?? []
  return root === undefined ? {} : { traceId: root }
}

/**
 * One JSON line per entry on standard output, which is where the platform collects logs from. Each has the ids of what is
 * being worked on.
 */
export const createLog = (
  service: string,
  level: string | undefined,
  write = (line: string) => process.stdout.write(`${line}\n`),
): Log => {
  const wanted = LEVELS.find((name) => name === level?.toLowerCase()) ?? 'info'
  const entry =
    (at: Level) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (LEVELS.indexOf(at) < LEVELS.indexOf(wanted)) return
      const said = { level: at, time: new Date().toISOString(), service, message, ...traceId(), ...logIds(), ...fields }
      write(JSON.stringify(said, replacer))
    }
  return { debug: entry('debug'), info: entry('info'), warn: entry('warn'), error: entry('error') }
}
