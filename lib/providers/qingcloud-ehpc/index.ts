import { QingCloudKey } from '../../provider-kit/credentials.ts'
import { ehpcSigner } from '../../provider-kit/ehpc-signature.ts'
import type { Provider } from '../../provider-kit/provider.ts'
import { isThrottled } from '../../provider-kit/throttled.ts'
import { ehpcCodes } from './codes.ts'
import { ehpcManifest } from './manifest.ts'
import { ehpcPollKey, pollEhpc } from './poll.ts'
import { preflightEhpc } from './preflight.ts'
import { reconcileEhpc } from './reconcile.ts'
import { ehpcRefusal } from './signature-refusal.ts'
import { readError } from './schema.ts'
import { submitEhpc } from './submit.ts'

/** QingCloud's Elastic HPC: one host for all zones, in its later spelling (qingcloud-ehpc.md, section 1.1). */
export const qingcloudEhpc: Provider = {
  manifest: ehpcManifest,
  endpoint: () => 'https://hpc.api.qingcloud.com',
  signer: (credentials) => ehpcSigner(QingCloudKey.parse(credentials)),
  refusal: ehpcRefusal,
  isThrottled: (answer) => isThrottled(answer, readError(answer.json), ehpcCodes),
  submit: submitEhpc,
  pollKey: ehpcPollKey,
  poll: pollEhpc,
  reconcile: reconcileEhpc,
  preflight: preflightEhpc,
}
