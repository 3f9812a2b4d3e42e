import { providerIds } from '../../lib/providers/registry.ts'
import { callFaults, readFaults } from './cloud/wire.ts'
import type { Dice } from './dice.ts'

/** What can go wrong in one run, and how often. */
export type Profile = {
  /** Shares of all effects; a poller, which has hundreds of them, dies and freezes ten times less often. */
  crash: number
  ledgerFailure: number
  slow: number
  freeze: number
  credentialFailure: number
  /** When the keys of all clouds are changed, and while what is stored is a wrong one, ms from the beginning. */
  keyChanges: readonly number[]
  keyWrong: { from: number; until: number } | null
  /** Wrong signatures in a row lock a key of the Huawei clouds for a while. */
  keysLock: boolean
  /** The index of what is due is behind its table by up to so much, ms. */
  indexLagMs: number
  /** Times in which something is down as a whole. */
  outages: readonly Outage[]

  messageRefused: number
  messageTwice: number
  /** One message in ten comes up to so much later, ms. */
  messageLateMs: number
  messageMalformed: number
  visibilityMs: number
  eventRefused: number
  /** Of whole calls that are to send messages or publish events. */
  callRefused: number
  /** Of deliveries: somebody puts the message back after a week. */
  redriven: number

  /** Shares of mutating calls and of reads that go wrong on their way, and the ways of going wrong that there are. */
  callFault: number
  readFault: number
  faults: ReadonlySet<string>
  /** Of answers: they repeat what they were sent, credentials and all. */
  echo: number

  /** Shares of nodes. */
  nodeMissing: number
  nodeFails: number
  nodeInWrongState: number
  nodeShared: number
  /** Shares of jobs. */
  jobNeverEnds: number
  jobForgotten: number
  jobOdd: number
  jobWithoutId: number
  /** Of pages of a list. */
  listShort: number
  /** A job shows itself, and begins, up to so much after it was accepted, ms. */
  jobHiddenMs: number
  beginMs: number
  /** A job comes to its servers one after the other, up to so much apart, ms. */
  crawlMs: number
  /** The clock of the providers is so far ahead of ours, ms. */
  skewMs: number
  /** One bad server spoils a whole call; else it fails within the job. */
  refusesWhole: boolean

  /** All that is asked for is of one provider, and in one project or of one account, whose limit is then felt. */
  crowded: 'otc-ecs' | 'huaweicloud-ecs' | 'qingcloud-ehpc' | null
  /** So many alarms about a few servers come within one second. */
  alarmStorm: number
  /** One request is about so many servers. */
  largest: number
  /** Mean time between two requests. */
  arrivalMs: number
  /** Shares of operations. */
  askedAgain: number
  cancelled: number
  retried: number
  notAfter: number
  withoutKey: number
}

/**
 * From `from` to `until` (ms from the beginning) something is down: the ledger, the schedule of the poller, or one
 * provider, which then `acts` and says nothing, does neither, refuses everything for now, or knows the credentials no
 * more. `everybody` is a moment at which all that runs dies.
 */
export type Outage = { what: string; from: number; until: number; how: 'silent' | 'acts' | 'refuses' | 'unauthorized' }

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Nothing goes wrong. */
export const calm: Profile = {
  crash: 0,
  ledgerFailure: 0,
  slow: 0,
  freeze: 0,
  credentialFailure: 0,
  keyChanges: [],
  keyWrong: null,
  keysLock: true,
  indexLagMs: 0,
  outages: [],
  messageRefused: 0,
  messageTwice: 0,
  messageLateMs: 20,
  messageMalformed: 0,
  visibilityMs: 6 * MINUTE,
  eventRefused: 0,
  callRefused: 0,
  redriven: 0,
  callFault: 0,
  readFault: 0,
  faults: new Set(),
  echo: 0,
  nodeMissing: 0,
  nodeFails: 0,
  nodeInWrongState: 0,
  nodeShared: 0,
  jobNeverEnds: 0,
  jobForgotten: 0,
  jobOdd: 0,
  jobWithoutId: 0,
  listShort: 0,
  jobHiddenMs: 0,
  beginMs: SECOND,
  crawlMs: 0,
  skewMs: 0,
  refusesWhole: true,
  crowded: null,
  alarmStorm: 0,
  largest: 0,
  arrivalMs: 300,
  askedAgain: 0,
  cancelled: 0,
  retried: 0,
  notAfter: 0,
  withoutKey: 0,
}

/** Nothing holds up a function: an end must then come on time. */
const steady = { crash: 0, ledgerFailure: 0, slow: 0, freeze: 0, outages: [] } satisfies Partial<Profile>

/** Every run has other faults: one that is always there would hide what only happens without it. */
export const drawProfile = (dice: Dice): Profile => {
  const profile = drawTroubled(dice)
  return dice.chance(0.1) ? { ...profile, ...steady } : profile
}

const drawTroubled = (dice: Dice): Profile => ({
  crash: dice.rate(0.02),
  ledgerFailure: dice.rate(0.02),
  slow: dice.rate(0.02),
  freeze: dice.rate(0.005),
  credentialFailure: dice.rate(0.02),
  keyChanges: dice.chance(0.7) ? [] : Array.from({ length: dice.between(1, 3) }, () => dice.below(6 * MINUTE)),
  keyWrong: dice.chance(0.8) ? null : drawPeriod(dice),
  indexLagMs: dice.pick([0, 50, 500, 5 * SECOND]),
  outages: dice.chance(0.5) ? [] : Array.from({ length: dice.between(1, 4) }, () => drawOutage(dice)),

  messageRefused: dice.rate(0.2),
  messageTwice: dice.rate(0.3),
  messageLateMs: dice.pick([20, 20, 3 * SECOND, 10 * MINUTE]),
  messageMalformed: dice.rate(0.02),
  visibilityMs: dice.pick([6 * MINUTE, 6 * MINUTE, 5 * SECOND]),
  eventRefused: dice.rate(0.2),
  callRefused: dice.rate(0.2),
  redriven: dice.rate(0.05),

  callFault: dice.rate(0.6),
  readFault: dice.rate(0.3),
  faults: new Set([...callFaults, ...readFaults].filter(() => dice.chance(0.6))),
  echo: dice.rate(0.2),

  nodeMissing: dice.rate(0.1),
  nodeFails: dice.rate(0.3),
  nodeInWrongState: dice.rate(0.1),
  nodeShared: dice.rate(0.2),
  jobNeverEnds: dice.rate(0.02),
  jobForgotten: dice.rate(0.05),
  jobOdd: dice.rate(0.2),
  jobWithoutId: dice.rate(0.1),
  listShort: dice.rate(0.1),
  jobHiddenMs: dice.pick([0, 0, 20 * SECOND]),
  beginMs: dice.pick([SECOND, SECOND, 15 * SECOND]),
  crawlMs: dice.pick([0, 0, 0, 20 * SECOND]),
  skewMs: dice.pick([0, 0, 0, dice.between(-3 * SECOND, 3 * SECOND), dice.between(-20 * MINUTE, 20 * MINUTE)]),
  refusesWhole: dice.chance(0.7),

  crowded: dice.chance(0.15) ? dice.pick(['otc-ecs', 'huaweicloud-ecs', 'qingcloud-ehpc']) : null,
  alarmStorm: dice.chance(0.02) ? 10_000 : 0,
  largest: dice.chance(0.02) ? 2_500 : 0,
  arrivalMs: dice.pick([50, 300, 300, 2 * SECOND]),
  askedAgain: dice.rate(0.4),
  cancelled: dice.rate(0.1),
  retried: dice.rate(0.2),
  notAfter: dice.rate(0.1),
  withoutKey: dice.rate(0.2),

  keysLock: dice.chance(0.7),
})

const drawPeriod = (dice: Dice): { from: number; until: number } => {
  const from = dice.below(4 * MINUTE)
  return { from, until: from + dice.below(dice.pick([20 * SECOND, 5 * MINUTE])) }
}

const drawOutage = (dice: Dice): Outage => {
  const period = drawPeriod(dice)
  return {
    what: dice.chance(0.5) ? dice.pick(['otc-ecs', ...providerIds]) : dice.pick(['ledger', 'schedule', 'everybody']),
    ...period,
    how: dice.pick(['silent', 'acts', 'refuses', 'unauthorized']),
  }
}

/** The outage that something has at a moment, ms from the beginning. */
export const outageOf = ({ outages }: Pick<Profile, 'outages'>, what: string, at: number): Outage | undefined =>
  outages.length === 0 ? undefined : outages.find((one) => one.what === what && one.from <= at && at < one.until)
