import type { Ledger } from '../../lib/domain/ports.ts'
import { Conflict } from '../../lib/domain/problem.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import type { HttpResponse } from '../../lib/lambda/http-response.ts'
import { findOperation } from './find-operation.ts'

/**
 * Nothing needs an approval, so no operation waits for one.
 *
 * @throws NotFound for an unknown operation, Conflict for every other one
 */
export const approveOperation = async (http: HttpRequest, { ledger }: { ledger: Ledger }): Promise<HttpResponse> => {
  const { status } = await findOperation(http, ledger)
  throw new Conflict(`the operation does not wait for an approval: it is ${status}`)
}
