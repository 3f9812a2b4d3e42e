import type * as z from 'zod'
import { InvalidRequest, MAX_PROBLEMS, type Problem } from './problem.ts'

/** Collects what is wrong with a request: all problems are counted, the first hundred kept. */
export type Problems = {
  add: (problem: Problem) => void
  total: () => number
  asError: () => InvalidRequest
}

export const collectProblems = (): Problems => {
  const kept: Problem[] = []
  let total = 0
  return {
    add: (problem) => {
      total += 1
      if (kept.length < MAX_PROBLEMS) kept.push(problem)
    },
    total: () => total,
    asError: () => new InvalidRequest(kept, total),
  }
}

/** `['rollout', 'batchSize']` → `rollout.batchSize`, `['nodeIds', 3]` → `nodeIds[3]`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${shown(String(part))}`))
    .join('')

/** What zod found wrong, one problem for each; an unknown field is named by its own path. */
export const zodProblems = (error: z.ZodError): Problem[] =>
  error.issues.flatMap((issue): Problem[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: 'is not a known field' }))
      : [
          {
            path: pathText(issue.path),
            message: issue.message.endsWith('received undefined') ? 'is missing' : issue.message,
          },
        ],
  )

const LONGEST_SHOWN = 60

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')

/** A value of the request as it may stand in a message: short, on one line, without control characters. */
export const shown = (value: string): string => {
  const text = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
