import * as z from 'zod'

import { gatewayState } from '../huawei-gateway.ts'
import { cssNodeTypes } from './options.ts'

/** One restart; all times are fixed when it is accepted (ms of the clock). */
export const CssRestart = z.object({
  kind: z.enum(['restart', 'rolling-restart']),
  failed: z.boolean(),
  /** First moment at which a query shows the restart. */
  seenAt: z.number(),
  endsAt: z.number(),
  /** When each restarted node goes and comes back. */
  nodes: z.record(z.string(), z.object({ downAt: z.number(), upAt: z.number() })),
})
export type CssRestart = z.infer<typeof CssRestart>

export const CssCluster = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  frozen: z.boolean(),
  createdAt: z.number(),
  nodes: z.array(z.object({ id: z.string(), type: z.enum(cssNodeTypes) })),
  restarts: z.number(),
  last: CssRestart.nullable(),
  /** The restart before the last one: what shows until the last one can be seen. */
  previous: CssRestart.nullable(),
})
export type CssCluster = z.infer<typeof CssCluster>

/** Everything the simulated CSS remembers. */
export const CssState = z.object({
  clusters: z.record(z.string(), CssCluster),
  actions: z.array(
    z.object({ nodeId: z.string(), action: CssRestart.shape.kind, at: z.number(), instances: z.array(z.string()) }),
  ),
  gateway: gatewayState,
})
export type CssState = z.infer<typeof CssState>
