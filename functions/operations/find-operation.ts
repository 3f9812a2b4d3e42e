import * as z from 'zod'
import type { Operation } from '../../lib/domain/operation.ts'
import type { Ledger } from '../../lib/domain/ports.ts'
import { NotFound } from '../../lib/domain/problem.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'

/** What an operation's id looks like. */
const OPERATION_ID = /^op-[0-9a-f]{32}$/

/** The operation that the path names. Throws NotFound, also for one that was never accepted. */
export const findOperation = async ({ path }: Pick<HttpRequest, 'path'>, ledger: Ledger): Promise<Operation> => {
  const operationId = path['operationId'] ?? ''
  const operation = OPERATION_ID.test(operationId) ? await ledger.operation(operationId) : undefined
  if (operation === undefined || operation.status === 'PLANNING') throw new NotFound('there is no such operation')
  return operation
}

const Named = z.object({ pathParameters: z.object({ operationId: z.string().regex(OPERATION_ID) }) })

/** The operation that an event's path names, for the lines of the log. */
export const operationNamedIn = (event: unknown): { operationId?: string } =>
  Named.safeParse(event).data?.pathParameters ?? {}
