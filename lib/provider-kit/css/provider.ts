import type { Manifest } from '../../domain/manifest.ts'
import { huaweiRefusal } from '../huawei/signature-refusal.ts'
import { readHuaweiError } from '../huawei/error.ts'
import { huaweiSigner } from '../huawei/signer.ts'
import type { Provider } from '../provider.ts'
import { isThrottled } from '../throttled.ts'
import { cssCodes } from './codes.ts'
import { pollRestarts } from './poll.ts'
import { reconcileRestart } from './reconcile.ts'
import { restartProblems } from './restart-calls.ts'
import { submitRestart } from './submit.ts'

/** The Cloud Search Service of one cloud: the same API on other hosts. */
export const cssProvider = (manifest: Manifest, host: (region: string) => string): Provider => ({
  manifest,
  endpoint: (target) => host(target['region'] ?? ''),
  signer: huaweiSigner,
  refusal: huaweiRefusal,
  isThrottled: (answer) => isThrottled(answer, readHuaweiError(answer.json), cssCodes),
  check: ({ options }, nodeIds) => restartProblems(options, nodeIds),
  submit: submitRestart,
  poll: pollRestarts,
  reconcile: reconcileRestart,
})
