import type { ActionManifest, Field, Manifest, Option } from '../../domain/manifest.ts'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const NODE_TYPE = '(ess|ess-master|ess-client|ess-cold|lgs)'

const options: Readonly<Record<string, Option>> = {
  rolling: {
    type: 'boolean',
    description:
      'Restarts node after node, so that the cluster stays in service. The service takes it for clusters of more than ' +
      'three nodes (API document) or of three or more (user manual), with at least one type of data node; slow with many indexes.',
    default: false,
  },
  roles: {
    type: 'text',
    description:
      'Node types to restart, separated by commas: ess, ess-master, ess-client, ess-cold, lgs; with rolling also "all". ' +
      'Without it a rolling restart takes all nodes, and a plain one the data nodes only (restart v1).',
    pattern: `(all|${NODE_TYPE}(,${NODE_TYPE})*)`,
    example: 'ess,ess-master',
  },
  node: {
    type: 'text',
    description: 'Id of the one node to restart (restart v2); for a single cluster, without rolling and roles.',
    pattern: '[A-Za-z0-9-]{1,64}',
    example: '6cad9c3a-0cc7-4e3c-9b8a-4e5c2a1d7f10',
  },
}

const restart = (target: ActionManifest['target']): ActionManifest => ({
  description:
    'Restarts the data nodes of a cluster, the node types or the node named in the options, or node after node.',
  target,
  nodeId: {
    pattern: UUID,
    description: 'Id of a cluster, a UUID',
    example: '47e49a5e-8ced-4d0d-ae15-2af62ac468e3',
    anyCase: true,
  },
  nodeKind: 'cluster',
  nodesPerCall: 1,
  options,
  timing: {
    // The one measured restart: 60.44 s; clients wait up to 60 min (huawei-otc.md, section 4).
    expectedMs: 60_000,
    spread: 0.35,
    pollPriceMs: 1_500,
    maxPollGapMs: 30_000,
    firstPollMs: 2_000,
    pollGridMs: 0,
    deadlineMs: 3_600_000,
    graceMs: 90_000,
    visibilityMs: 60_000,
    // A restart is visible in actions or status at least so long; `updated` stays, but no document promises that it moves.
    traceMs: 50_000,
  },
})

/** The manifest of one cloud's Cloud Search Service: what differs is where it is and which documents describe it. */
export const cssManifest = (cloud: Pick<Manifest, 'id' | 'title' | 'sources'> & { region: Field }): Manifest => ({
  id: cloud.id,
  title: cloud.title,
  sources: cloud.sources,
  actions: {
    restart: restart({
      region: cloud.region,
      projectId: {
        pattern: '[A-Za-z0-9][A-Za-z0-9-]{0,63}',
        description: 'Id of the project that the clusters are in',
        example: '6204a5bd270343b5885144cf9c8c158d',
      },
      account: {
        pattern: '[A-Za-z0-9][A-Za-z0-9_-]{0,63}',
        description: 'Which stored credentials to use',
        example: 'default',
        optional: true,
      },
    }),
  },
  // No document read gives a rate limit of this API.
  rateLimits: [],
})
