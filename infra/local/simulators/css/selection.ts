import * as z from 'zod'

import { cssNodeTypes } from './options.ts'
import type { CssNodeType } from './options.ts'
import { CssRefusal } from './refusal.ts'
import type { CssCluster } from './state.ts'

const Body = z.object({ type: z.enum(['node', 'role']), value: z.string().min(1) })

const isData = (type: CssNodeType): boolean => type === 'ess' || type === 'ess-cold'
const isType = (word: string): word is CssNodeType => cssNodeTypes.some((type) => type === word)

const badParameter = (what: string): CssRefusal => new CssRefusal(400, 'CSS.0001', `Incorrect parameters: ${what}`)

const readBody = (body: Buffer): z.infer<typeof Body> => {
  try {
    return Body.parse(JSON.parse(body.toString('utf8')))
  } catch (error) {
    if (error instanceof SyntaxError) throw badParameter('the body is not JSON')
    if (error instanceof z.ZodError) throw badParameter('type is node or role, value is text')
    throw error
  }
}

const typesOf = (value: string, cluster: CssCluster): ReadonlySet<CssNodeType> => {
  const words = value.split(',')
  const types = words.filter(isType)
  if (types.length < words.length) throw badParameter(`value ${value} names an unknown node type`)
  const absent = types.find((type) => !cluster.nodes.some((node) => node.type === type))
  if (absent !== undefined) throw new CssRefusal(400, 'CSS.5073', `The cluster has no ${absent} nodes to restart.`)
  return new Set(types)
}

const idsOf = (cluster: CssCluster, types: ReadonlySet<CssNodeType>): string[] =>
  cluster.nodes.filter(({ type }) => types.has(type)).map(({ id }) => id)

/** The nodes that restart v1 restarts: the data nodes only; those of Logstash are all alike. */
export const nodesOfV1 = (cluster: CssCluster): string[] => idsOf(cluster, new Set(['ess', 'ess-cold', 'lgs']))

/** The nodes that the body of restart v2 names: one node by id, or all of some types. Throws CssRefusal 400. */
export const nodesOfV2 = (cluster: CssCluster, body: Buffer): string[] => {
  const { type, value } = readBody(body)
  if (type === 'role') return idsOf(cluster, typesOf(value, cluster))
  if (!cluster.nodes.some(({ id }) => id === value)) throw badParameter(`node ${value} is not in the cluster`)
  return [value]
}

/** The nodes that a rolling restart takes in turn. Needs a data node type, and a cluster of three nodes. Throws CssRefusal 400. */
export const nodesOfRolling = (cluster: CssCluster, body: Buffer): string[] => {
  const { type, value } = readBody(body)
  if (type !== 'role') throw badParameter('a rolling restart takes type role only')
  const types = value === 'all' ? new Set(cluster.nodes.map((node) => node.type)) : typesOf(value, cluster)
  // "More than three nodes" in the API document, "three or more" in the user manual.
  if (cluster.nodes.length < 3) throw new CssRefusal(400, 'CSS.5140', 'A rolling restart needs at least three nodes.')
  if (![...types].some(isData)) throw new CssRefusal(400, 'CSS.5167', 'At least one data node type has to be chosen.')
  return idsOf(cluster, types)
}
