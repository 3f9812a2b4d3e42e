import { operationView } from '../../lib/domain/view.ts'
import type { Ledger } from '../../lib/domain/ports.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { findOperation } from './find-operation.ts'

export const showOperation = async (http: HttpRequest, { ledger }: { ledger: Ledger }): Promise<HttpResponse> => {
  const operation = await findOperation(http, ledger)
  return json(200, operationView(operation, await ledger.batches(operation.operationId)))
}
