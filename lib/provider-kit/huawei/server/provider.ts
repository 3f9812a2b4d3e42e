import type { Manifest } from '../../../domain/manifest.ts'
import type { Provider } from '../../provider.ts'
import { huaweiRefusal } from '../signature-refusal.ts'
import { isThrottled } from '../../throttled.ts'
import { readHuaweiError } from '../error.ts'
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
  // What a code says of throttling is the same for every action.
  isThrottled: (answer) => isThrottled(answer, readHuaweiError(answer.json), service.codes('restart')),
  submit: (work, nodeIds, api) => submitServers(service, work, nodeIds, api),
  poll: (jobs, api) => Promise.all(jobs.map((job) => pollServers(service, job, api))),
  reconcile: (lost, api) => reconcileServers(service, lost, api),
})
