import type { Field, Manifest } from '../../../domain/manifest.ts'
import type { Provider } from '../../provider.ts'
import { serverBody } from '../server/body.ts'
import { serverProvider } from '../server/provider.ts'
import type { ServerService } from '../server/service.ts'
import { ecsCodes } from './codes.ts'
import { ecsManifest } from './manifest.ts'

const service: ServerService = {
  collection: 'cloudservers',
  codes: ecsCodes,
  stateConflict: new Set(['Ecs.0100', 'conflictingRequest']),
  // An action takes 15 to 35 s (huawei-otc.md, section 1).
  busyWaitMs: 15_000,
  body: serverBody,
}

/** Elastic Cloud Server of one cloud: the same calls, bodies and codes on other hosts (huawei-otc.md, section 5.5). */
export const ecsProvider = (
  cloud: Pick<Manifest, 'id' | 'title' | 'sources'> & { region: Field },
  hostOf: (region: string) => string,
): Provider => serverProvider(service, ecsManifest(cloud), hostOf)
