import type { Field, Manifest, Option, Timing } from '../../../domain/manifest.ts'
import { serverAction, serverTarget } from '../server/manifest.ts'

const mode = (soft: string, hard: string): Option => ({
  type: 'choice',
  description:
    'How the operating system is treated. Hard is the documented way out for a server that hangs for 30 minutes.',
  values: { soft, hard },
  default: 'soft',
})

/** A recorded restart took 33 s; providers wait up to 30 min, after which a server counts as stuck (sections 1 and 2). */
const timing: Timing = {
  expectedMs: 30_000,
  spread: 0.35,
  pollPriceMs: 250,
  maxPollGapMs: 60_000,
  firstPollMs: 2_000,
  pollGridMs: 0,
  deadlineMs: 1_800_000,
  graceMs: 60_000,
  visibilityMs: 60_000,
  // `updated` and the state that an action led to stay.
  traceMs: null,
}

/** The manifest of one cloud's Elastic Cloud Server: what differs is where it is and which documents describe it. */
export const ecsManifest = (cloud: Pick<Manifest, 'id' | 'title' | 'sources'> & { region: Field }): Manifest => {
  const action = serverAction(serverTarget(cloud.region), timing)
  return {
    id: cloud.id,
    title: cloud.title,
    sources: cloud.sources,
    actions: {
      restart: action('Restarts servers.', {
        mode: mode('asks the operating system to restart (SOFT)', 'restarts the server forcibly (HARD)'),
      }),
      start: action('Starts servers that are shut off.'),
      stop: action('Stops servers.', {
        mode: mode('asks the operating system to shut down (SOFT)', 'stops the server forcibly (HARD)'),
      }),
      delete: action(
        'Deletes servers that are paid per use; yearly/monthly ones are refused by the provider (Ecs.0513).',
        {
          delete_publicip: {
            type: 'boolean',
            description: 'Deletes the elastic IP addresses of the servers too; otherwise they are unbound and kept.',
            default: false,
          },
          delete_volume: {
            type: 'boolean',
            description: 'Deletes the data disks of the servers too; otherwise they are detached and kept.',
            default: false,
          },
        },
      ),
    },
    rateLimits: [
      {
        unit: 'nodes',
        limit: 1000,
        windowMs: 60_000,
        scope: ['region', 'projectId'],
        description:
          '"A maximum of 1,000 ECSs can be restarted in one minute" (Restarting ECSs in a Batch); older texts: at a time. ' +
          'Kept for every action and per project, whichever account asks, as no document says otherwise.',
      },
    ],
  }
}
