import type { Field, Manifest, Option, Timing } from '../../../domain/manifest.ts'
import { serverAction, serverTarget } from '../server/manifest.ts'

const mode = (hard: string): Option => ({
  type: 'choice',
  description: 'How the server is treated: there is one way only.',
  values: { hard },
  refused: {
    soft: '"SOFT：普通重启（不生效）": the document says that SOFT has no effect on bare metal; HARD is what is done by default.',
  },
  default: 'hard',
})

/** No vendor figure; a physical restart takes some minutes, clients wait 30 min and more (huawei-otc.md, section 3). */
const timing: Timing = {
  expectedMs: 300_000,
  spread: 0.5,
  pollPriceMs: 2_000,
  maxPollGapMs: 120_000,
  firstPollMs: 2_000,
  pollGridMs: 0,
  deadlineMs: 3_600_000,
  graceMs: 90_000,
  visibilityMs: 60_000,
  traceMs: null,
}

/** The manifest of one cloud's Bare Metal Server: what differs is where it is and which documents describe it. */
export const bmsManifest = (cloud: Pick<Manifest, 'id' | 'title' | 'sources'> & { region: Field }): Manifest => {
  const action = serverAction(serverTarget(cloud.region), timing)
  return {
    id: cloud.id,
    title: cloud.title,
    sources: cloud.sources,
    actions: {
      restart: action('Restarts bare metal servers.', { mode: mode('restarts the server forcibly (HARD)') }),
      start: action('Starts bare metal servers that are shut off.'),
      stop: action('Stops bare metal servers.', { mode: mode('stops the server forcibly (HARD)') }),
    },
    // No document read gives a rate limit of this API.
    rateLimits: [],
    unsupported: {
      delete:
        'bare metal servers are not deleted by Drover: OTC documents the call for servers that are paid per use only, ' +
        'and the Chinese API reference of 2023 does not have it',
    },
  }
}
