import * as z from 'zod'

import type { RawRequest } from '../simulator.ts'
import { malformed } from './refusal.ts'

const Ids = z.array(z.string().min(1)).min(1)

/** Body of restartNodes and deleteNodes. The table of deleteNodes says `node_list`; only `node_ids` is understood. */
export const NodesBody = z.object({ cluster_id: z.string().min(1), node_ids: Ids, zone: z.string().min(1) })

/** Body of startCluster and stopCluster. */
export const ClustersBody = z.object({ cluster_ids: Ids, zone: z.string().min(1) })

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed('the body is not JSON')
    throw error
  }
}

/** The body of a POST, checked. Throws EhpcRefusal 1100. */
export const readEhpcBody = <Body>(schema: z.ZodType<Body>, request: RawRequest): Body => {
  const contentType = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/iu.test(contentType)) throw malformed('the body has to be application/json')
  const body = schema.safeParse(parseJson(request.body.toString('utf8')))
  if (!body.success) throw malformed(`parameter [${body.error.issues[0]?.path.join('.') ?? ''}] is missing or wrong`)
  return body.data
}
