import type { ActionManifest, Manifest } from '../../lib/domain/manifest.ts'

const actionView = ({ description, target, nodeId, nodeKind, nodesPerCall, options, timing }: ActionManifest) => ({
  description,
  target,
  nodeId,
  nodeKind,
  nodesPerCall,
  options,
  expectedSeconds: timing.expectedMs / 1000,
  deadlineSeconds: timing.deadlineMs / 1000,
  graceSeconds: timing.graceMs / 1000,
})

/** A provider's manifest as `GET /v1/providers` shows it. */
export const providerView = ({ id, title, sources, actions, rateLimits, unsupported }: Manifest) => ({
  id,
  title,
  sources,
  actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, actionView(action)])),
  rateLimits: rateLimits.map(({ unit, limit, windowMs, scope, description }) => ({
    unit,
    limit,
    windowSeconds: windowMs / 1000,
    scope,
    description,
  })),
  unsupported: unsupported ?? {},
})
