import type { Evidence } from '../domain/evidence.ts'
import type { JobReport } from '../domain/job.ts'
import type { Manifest } from '../domain/manifest.ts'
import type { Problem } from '../domain/problem.ts'
import type { Submission } from '../domain/submission.ts'
import type { Work } from '../domain/work.ts'
import type { Answer, Api } from './api.ts'
import type { Credentials } from './credentials.ts'
import type { Signer } from './signer.ts'

/** A submission to be followed. `jobIds` is empty when the provider gave none: then the nodes themselves are looked at. */
export type FollowedJob = Work & {
  batchId: string
  jobIds: readonly string[]
  nodeIds: readonly string[]
  /** When the call that was accepted began, ms since the epoch of our clock. */
  submittedAt: number
  /** How long after that the provider may not show the work yet, ms (`Timing.visibilityMs` at the pace of this stack). */
  visibilityMs: number
  /** What this provider said to remember at an earlier look; absent at the first. */
  memo?: string
}

/** A submission whose answer was lost. The call was made, if at all, between `sentAt` and `settledAt` (ms, our clock). */
export type LostSubmission = Work & { batchId: string; nodeIds: readonly string[]; sentAt: number; settledAt: number }

/**
 * The provider's word that it refused a request for its signature, and so surely did nothing.
 *
 * - credential: the key, the signature, or its time
 * - clock: the signature's time and nothing else
 */
export type SignatureRefusal = { cause: 'credential' | 'clock'; code: string; reason: string }

/**
 * The adapter of one cloud service: a plain object of data and four small functions, all effects through `api`.
 * None of them throws for what a provider answers; they say what the answer means.
 */
export type Provider = {
  manifest: Manifest
  /** Base URL for a target, from the compiled table of hosts. */
  endpoint: (target: Work['target']) => string
  /** The scheme of its request signatures; parses its own kind of credentials. */
  signer: (credentials: Credentials, target: Work['target']) => Signer
  /** Whether an answer, to whichever request, refuses the signature; undefined for every other, and for one that leaves doubt. */
  refusal: (answer: Extract<Answer, { kind: 'response' }>) => SignatureRefusal | undefined
  /** Whether an answer, to whichever request, means that the provider wants to be asked later. */
  isThrottled: (answer: Extract<Answer, { kind: 'response' }>) => boolean
  /** Asks the provider to act on the nodes, in exactly one mutating call that may have an effect. */
  submit: (work: Work, nodeIds: readonly string[], api: Api) => Promise<Submission>
  /** Jobs with the same key are looked at in one call; without it, each alone. */
  pollKey?: (job: Pick<FollowedJob, 'target' | 'action' | 'jobIds' | 'nodeIds'>) => string
  /** One look at jobs of one poll key; answers one report for each, in their order. */
  poll: (jobs: readonly FollowedJob[], api: Api) => Promise<readonly JobReport[]>
  /** One look for traces of a submission whose answer was lost. Reads only. */
  reconcile: (lost: LostSubmission, api: Api) => Promise<Evidence>
  /** Rules of a request that a manifest cannot say (options that exclude each other); pure. Answers the problems. */
  check?: (work: Work, nodeIds: readonly string[]) => readonly Problem[]
  /**
   * Rules over a whole request that only the provider's present state can tell (EHPC's floor of one node per role).
   * Answers the problems; throws Unavailable when the state cannot be read.
   */
  preflight?: (work: Work, nodeIds: readonly string[], api: Api) => Promise<readonly Problem[]>
}
