import type { Manifest } from '../../../domain/manifest.ts'
import type { Provider } from '../../provider.ts'
import { huaweiRefusal } from '../signature-refusal.ts'
import { huaweiSigner } from '../signer.ts'
import { pollServers } from './poll.ts'
import { reconcileServers } from './reconcile.ts'
import type { ServerService } from './service.ts'
import { submitServers } from './submit.ts'

/**
 * A provider of one service with servers.
 *
 * @param hostOf base URL for a region that the manifest allows
 */
export const serverProvider = (
  service: ServerService,
  manifest: Manifest,
  hostOf: (region: string) => string,
): Provider => ({
  manifest,
  endpoint: (target) => hostOf(target['region'] ?? ''),
  signer: huaweiSigner,
  refusal: huaweiRefusal,
  submit: (work, nodeIds, api) => submitServers(service, work, nodeIds, api),
  poll: (jobs, api) => Promise.all(jobs.map((job) => pollServers(service, job, api))),
  reconcile: (lost, api) => reconcileServers(service, lost, api),
})
