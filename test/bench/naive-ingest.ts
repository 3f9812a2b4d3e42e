import { createHash } from 'node:crypto'
import * as z from 'zod'

const NODES_PER_CALL = 1_000

const Request = z.strictObject({
  provider: z.string(),
  action: z.enum(['restart', 'start', 'stop', 'delete']),
  target: z.record(z.string(), z.string()),
  nodeIds: z.array(z.uuid()).min(1).max(100_000),
})

/** The peer: what one would write first. A schema for all of it, a set, a sorted copy, a hash of JSON, batches as JSON. */
export const naiveIngest = (text: string) => {
  const request = Request.parse(JSON.parse(text))
  const nodeIds = [...new Set(request.nodeIds.map((id) => id.toLowerCase()))]
  const hash = createHash('sha256')
    .update(JSON.stringify({ ...request, nodeIds: nodeIds.toSorted() }))
    .digest('hex')
  const batches = Array.from({ length: Math.ceil(nodeIds.length / NODES_PER_CALL) }, (_, i) =>
    JSON.stringify(nodeIds.slice(i * NODES_PER_CALL, (i + 1) * NODES_PER_CALL)),
  )
  return { hash, batches }
}
