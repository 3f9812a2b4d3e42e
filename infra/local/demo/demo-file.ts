import * as z from 'zod'
import { zodProblems } from '../../../lib/domain/problems.ts'
import { CloudWishes } from './wishes.ts'

const nodes = z.int().min(0)

/** How an operation must end: its status and, of the counts that are named, how many nodes. */
export const Expectation = z.strictObject({
  status: z.enum(['SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED', 'NEEDS_ATTENTION']),
  counts: z
    .strictObject({ total: nodes, succeeded: nodes, failed: nodes, skipped: nodes, unknown: nodes })
    .exactPartial()
    .default({}),
})
export type Expectation = z.infer<typeof Expectation>

/** Only as much of a request as it takes to tell one operation from another; the API judges it. */
const Request = z.looseObject({ provider: z.string().min(1) })
type Request = z.infer<typeof Request>

const DemoFile = z.strictObject({
  description: z.string().default(''),
  simulators: CloudWishes.default({}),
  operations: z
    .array(z.strictObject({ name: z.string().min(1).exactOptional(), request: Request, expect: Expectation }))
    .min(1, 'needs at least one operation'),
})

/** One operation of the demo: what is sent, to the letter, and how it must end. */
export type Order = {
  name: string
  provider: string
  action: string
  nodeIds: readonly string[]
  request: Request
  expect: Expectation
}

export type Demo = { description: string; simulators: z.infer<typeof CloudWishes>; orders: readonly Order[] }

/** A file that the demo cannot take; its message has a line for every problem. */
export class DemoFileError extends Error {
  override name = 'DemoFileError'
}

const json = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DemoFileError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const parse = <S extends z.ZodType>(schema: S, value: unknown, file: string): z.output<S> => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const lines = zodProblems(parsed.error).map(({ path, message }) => `  ${path || '(the file)'}: ${message}`)
  throw new DemoFileError([`${file} is no example that the demo understands:`, ...lines].join('\n'))
}

const isRequest = (value: unknown): boolean => typeof value === 'object' && value !== null && 'provider' in value

const orderOf = (request: Request, expect: Expectation, name?: string): Order => {
  const { provider, action, nodeIds } = request
  const verb = typeof action === 'string' ? action : 'no action'
  const ids = Array.isArray(nodeIds) ? nodeIds.filter((id) => typeof id === 'string') : []
  return { name: name ?? verb, provider, action: verb, nodeIds: ids, request, expect }
}

/**
 * Reads an example, or a plain request as `POST /v1/operations` takes it, which must then succeed.
 *
 * @param file its name, for messages
 * @throws DemoFileError with every problem
 */
export const parseDemoFile = (text: string, file: string): Demo => {
  const value = json(text, file)
  if (isRequest(value)) {
    const order = orderOf(parse(Request, value, file), { status: 'SUCCEEDED', counts: {} })
    return { description: 'one request', simulators: {}, orders: [order] }
  }
  const { description, simulators, operations } = parse(DemoFile, value, file)
  return {
    description,
    simulators,
    orders: operations.map(({ request, expect, name }) => orderOf(request, expect, name)),
  }
}
