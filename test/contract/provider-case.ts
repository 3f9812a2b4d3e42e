import type { Fault, RawReply, SimClock, Simulator } from '../../infra/local/simulators/simulator.ts'
import type { Action } from '../../lib/domain/action.ts'
import type { Credentials } from '../../lib/provider-kit/credentials.ts'
import type { FollowedJob } from '../../lib/provider-kit/provider.ts'
import type { Lab } from './lab.ts'

/** A request as a user writes it, and what the simulated cloud notes when it acts on it. */
export type Sample = {
  name: string
  action: Action
  target: Readonly<Record<string, string>>
  nodeIds: readonly string[]
  /** As many others of the same fleet. */
  otherIds: readonly string[]
  options: Readonly<Record<string, string | boolean>>
  /** The simulator's word for the action. */
  noted: string
}

export type CloudSetup = {
  clock: SimClock
  /** The simulated fleet has its nodes in the state that this action needs. */
  action: Action
  /** Nodes on which every job fails. */
  failing: readonly string[]
}

export type Cloud = (setup: CloudSetup) => Simulator & Required<Pick<Simulator, 'actions'>>

/** One value of a switch of the simulator, and what is promised of the provider under it. */
export type Oddity = {
  value: string
  cloud: Cloud
  promise: Scenario
  /** For these actions only; all when absent. */
  actions?: readonly Action[]
}

/** Acts on a lab and expects; whatever it is, it ends right. */
export type Scenario = (lab: Lab) => Promise<void>

/** What a provider declares of itself to be held to the contract. */
export type ProviderCase = {
  /** Every kind of credentials that it takes, by name; the first is the ordinary one. */
  credentials: Readonly<Record<string, Credentials>>
  /** Right in form, and not those of the simulated cloud. */
  wrongCredentials: Readonly<Record<string, Credentials>>
  samples: readonly Sample[]
  cloud: Cloud
  /** What a node that fails is reported with, and what becomes of the rest of its batch. */
  failure: (action: Action) => { code: string; others: 'succeeded' | 'failed' }
  /** A refusal for good in the provider's own shape. */
  refusal: (message: string) => RawReply
  /** Answers that mean "later", and the documented wait, ms. */
  flowLimits: Readonly<Record<string, { reply: Reply; waitMs: number }>>
  /** Whether 200 without a body is a documented success. */
  isEmptySuccess: boolean
  /** A look's answer with every status word of the job replaced by one that nobody knows. */
  unknownStatus: (body: string) => string
  /** A job that the provider does not know. */
  missingJob: (sample: Sample) => Pick<FollowedJob, 'jobIds' | 'nodeIds'>
  /** Differences of clocks, ms, that its signatures bear. */
  skewsMs: readonly number[]
  oddities: Readonly<Record<string, readonly Oddity[]>>
}

/** A whole answer that takes the place of the right one. */
export type Reply = Omit<Extract<Fault['then'], { kind: 'reply' }>, 'kind'>
