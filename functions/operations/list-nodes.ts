import * as z from 'zod'
import { type Batch, isEnded } from '../../lib/domain/batch.ts'
import type { NodeOutcome } from '../../lib/domain/outcome.ts'
import type { Ledger } from '../../lib/domain/ports.ts'
import { InvalidRequest } from '../../lib/domain/problem.ts'
import { outcomesOf } from '../../lib/domain/result.ts'
import { countsOf } from '../../lib/domain/operation.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { findOperation } from './find-operation.ts'
import { page, parseQuery } from '../../lib/lambda/query.ts'

const outcomes = ['pending', 'running', 'succeeded', 'failed', 'skipped', 'unknown'] as const
const Query = z.strictObject({ outcome: z.enum(outcomes).optional(), ...page(1_000) })

/** Where a page ended: a node of a batch. Node lists never change, so a place in one is a place for good. */
const Cursor = z.strictObject({ batchId: z.string(), node: z.int().min(0) })

const readCursor = (text: string): z.infer<typeof Cursor> => {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch {
    throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  }
}

const cursorText = (cursor: z.infer<typeof Cursor>): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** The outcomes of an operation's nodes, page by page; batches without a wanted outcome are not even read. */
export const listNodes = async (http: HttpRequest, { ledger }: { ledger: Ledger }): Promise<HttpResponse> => {
  const { outcome, limit, cursor } = parseQuery(Query, http)
  const operation = await findOperation(http, ledger)
  const from = cursor === undefined ? undefined : readCursor(cursor)
  const batches = (await ledger.batches(operation.operationId)).filter(({ state }) => state !== 'SPLIT')

  const items: NodeOutcome[] = []
  for (const batch of batches) {
    if (from !== undefined && batch.batchId < from.batchId) continue
    if (outcome !== undefined && countsOf(batch)[outcome] === 0) continue
    const nodes = await outcomesIn(batch, ledger)
    const start = batch.batchId === from?.batchId ? from.node : 0
    for (let node = start; node < nodes.length; node += 1) {
      const found = nodes[node]
      if (found === undefined || (outcome !== undefined && found.outcome !== outcome)) continue
      if (items.length === limit) return json(200, { items, nextCursor: cursorText({ batchId: batch.batchId, node }) })
      items.push(found)
    }
  }
  return json(200, { items, nextCursor: null })
}

/** Outcomes of a batch's nodes, read no further than its state needs. */
export const outcomesIn = async (batch: Batch, ledger: Ledger): Promise<NodeOutcome[]> => {
  const { operationId, batchId } = batch
  const nodeIds = await ledger.nodeIds(operationId, batchId)
  const perNode = batch.state === 'RUNNING' || (isEnded(batch) && batch.outcome === null)
  return outcomesOf(batch, nodeIds, perNode ? await ledger.results(operationId, batchId) : new Map())
}
