import * as z from 'zod'

/** What an invoker logs of a call to a provider: what the answer meant, and when that was known (ms since the epoch). */
const Submission = z.looseObject({
  message: z.literal('batch submitted'),
  time: z.iso.datetime().transform((time) => Date.parse(time)),
  operationId: z.string(),
  batchId: z.string(),
  answer: z.string(),
})
export type Submission = z.infer<typeof Submission>

const entry = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** The calls to providers that the log of the stack tells of, in order. */
export const submissionsIn = (log: readonly string[]): Submission[] =>
  log
    .filter((line) => line.includes('"batch submitted"'))
    .flatMap((line) => Submission.safeParse(entry(line)).data ?? [])
