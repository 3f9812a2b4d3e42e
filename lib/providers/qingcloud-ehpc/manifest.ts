import type { ActionManifest, Field, Manifest, Timing } from '../../domain/manifest.ts'

const account: Field = {
  pattern: '[A-Za-z0-9][A-Za-z0-9_-]{0,63}',
  description: 'the name of stored credentials',
  example: 'default',
  optional: true,
}

const zone = (description: string): Field => ({ pattern: '[a-z0-9][a-z0-9-]{0,31}', description, example: 'jn1a' })

/** The sample job of operation.md took 7 s. The list keeps a job for "some time", far longer than any grace time. */
const nodeTiming: Timing = {
  expectedMs: 10_000,
  spread: 0.6,
  pollPriceMs: 2_000,
  maxPollGapMs: 30_000,
  // Jobs of one cluster are looked at in one call, for the sake of the quota.
  firstPollMs: 2_000,
  pollGridMs: 5_000,
  deadlineMs: 1_800_000,
  graceMs: 60_000,
  visibilityMs: 60_000,
  traceMs: null,
}

/** No figure is documented for start and stop; creating a cluster takes 5 to 8 minutes (view_cluster.md). */
const clusterTiming: Timing = {
  ...nodeTiming,
  expectedMs: 180_000,
  spread: 0.5,
  pollPriceMs: 10_000,
  maxPollGapMs: 60_000,
}

const onNodes = (description: string): ActionManifest => ({
  description,
  target: {
    zone: zone('the zone that the cluster is in'),
    clusterId: {
      pattern: '(ehpc|hpc)-[0-9a-z]{1,64}',
      description: 'the id of the one cluster that all the nodes are in',
      example: 'ehpc-8jqdq0mz',
    },
    account,
  },
  nodeId: {
    pattern: 'cln-[0-9a-z]{1,64}',
    description: 'the id of a login or compute node of the cluster',
    example: 'cln-hzzvbtnh',
    anyCase: false,
  },
  nodeKind: 'node',
  // No maximum is documented: our own (qingcloud-ehpc.md, sections 4 and 8).
  nodesPerCall: 50,
  options: {},
  timing: nodeTiming,
})

const onClusters = (verb: 'start' | 'stop', description: string): ActionManifest => ({
  description,
  target: {
    zone: zone(
      `the zone that the clusters are in; ${verb} takes no clusterId beside it, as the clusters are the nodeIds`,
    ),
    account,
  },
  nodeId: {
    pattern: 'ehpc-[0-9a-z]{1,64}',
    description: `the id of a cluster: EHPC can only ${verb} whole clusters, it has no API to ${verb} single nodes (cln-…)`,
    example: 'ehpc-8jqdq0mz',
    anyCase: false,
  },
  nodeKind: 'cluster',
  nodesPerCall: 1,
  options: {},
  timing: clusterTiming,
})

export const ehpcManifest: Manifest = {
  id: 'qingcloud-ehpc',
  title: 'QingCloud EHPC',
  sources: [
    'QingCloud documentation, EHPC API: restartNodes, deleteNodes, startCluster, stopCluster, listNodes, operation',
    'QingCloud documentation, EHPC API: signature, common parameters, error codes',
    'Official EHPC SDK for Python (qingcloud-hpc 0.0.1)',
  ],
  actions: {
    restart: onNodes('Restarts login and compute nodes of one cluster.'),
    start: onClusters('start', 'Starts whole clusters that are stopped; single nodes cannot be started.'),
    stop: onClusters('stop', 'Stops whole clusters that are active; single nodes cannot be stopped.'),
    delete: onNodes(
      'Deletes login and compute nodes of one cluster for good; each type of node keeps at least one. Back up data first.',
    ),
  },
  rateLimits: [
    {
      unit: 'calls',
      limit: 2_000,
      windowMs: 3_600_000,
      scope: ['account'],
      description: 'At first, a user may make 2,000 API calls, reads included, in 3,600 s (request.md)',
    },
  ],
}
