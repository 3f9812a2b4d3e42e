import type { Field, Manifest } from '../../../domain/manifest.ts'
import type { Provider } from '../../provider.ts'
import { serverBody } from '../server/body.ts'
import { serverProvider } from '../server/provider.ts'
import type { ServerService } from '../server/service.ts'
import { BMS_BUSY_WAIT_MS, bmsCodes } from './codes.ts'
import { bmsManifest } from './manifest.ts'

const service: ServerService = {
  collection: 'baremetalservers',
  codes: bmsCodes,
  stateConflict: new Set(['Ecs.0100', 'conflictingRequest', 'BMS.0038', 'BMS.0039']),
  busyWaitMs: BMS_BUSY_WAIT_MS,
  // SOFT is never sent, not even where options are missing: the document says that it has no effect (seed 003).
  body: (action, options, nodeIds) => serverBody(action, { ...options, mode: 'hard' }, nodeIds),
}

/** Bare Metal Server of one cloud (huawei-otc.md, section 3). */
export const bmsProvider = (
  cloud: Pick<Manifest, 'id' | 'title' | 'sources'> & { region: Field },
  hostOf: (region: string) => string,
): Provider => serverProvider(service, bmsManifest(cloud), hostOf)
