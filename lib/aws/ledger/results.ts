import { fingerprint } from '../../domain/fingerprint.ts'
import type { Results } from '../../domain/result.ts'
import { parseJson } from './body.ts'
import { expiresAt, KEPT_MS } from './expiry.ts'
import { resultsKey } from './keys.ts'
import type { ReadNodes } from './nodes.ts'
import { packed, unpacked } from './packed.ts'
import { resultsBody, resultsJson, resultsOf } from './results-body.ts'
import { get, put, type Condition, type Store } from './store.ts'

/** Final results stay final: what is there gives way only to more of them, or to the same again. */
const grows = (finals: number, digest: string): Condition => ({
  expression: 'attribute_not_exists(pk) OR finals < :finals OR digest = :digest',
  values: { ':finals': { N: String(finals) }, ':digest': { S: digest } },
})

export const saveResults = async (
  store: Store,
  operationId: string,
  batchId: string,
  nodeIds: readonly string[],
  results: Results,
): Promise<boolean> => {
  // Nothing final yet is what a missing item says.
  if (results.size === 0) return true
  const json = resultsJson(nodeIds, results)
  const digest = fingerprint(json)
  const latest = Math.max(...Array.from(results.values(), ({ at }) => Date.parse(at)))
  const item = {
    ...resultsKey(operationId, batchId),
    ...expiresAt(latest + KEPT_MS),
    finals: { N: String(results.size) },
    digest: { S: digest },
    ...packed(json),
  }
  return put(store, item, grows(results.size, digest))
}

export const readResults = async (
  store: Store,
  readNodes: ReadNodes,
  operationId: string,
  batchId: string,
): Promise<Results> => {
  const item = await get(store, resultsKey(operationId, batchId))
  if (item === undefined) return new Map()
  return resultsOf(parseJson(resultsBody, unpacked(item), item), await readNodes(operationId, batchId))
}
