import type { Dice } from './dice.ts'

export type Profile = ReturnType<typeof drawProfile>

const SECOND = 1_000
const MINUTE = 60 * SECOND

/**
 * What can go wrong in one run, and how often. Every run has other faults: a fault that is always there would hide what
 * only happens without it.
 */
export const drawProfile = (dice: Dice) => ({
  /** Shares of all effects. */
  crash: dice.rate(0.02),
  ledgerFailure: dice.rate(0.02),
  slow: dice.rate(0.02),
  credentialFailure: dice.rate(0.02),
  /** The index is behind its table by up to so much, ms. */
  indexLagMs: dice.pick([0, 50, 500, 5 * SECOND]),

  messageRefused: dice.rate(0.2),
  messageTwice: dice.rate(0.3),
  messageLateMs: dice.pick([20, 20, 3 * SECOND, 10 * MINUTE]),
  messageMalformed: dice.rate(0.02),
  visibilityMs: dice.pick([6 * MINUTE, 6 * MINUTE, 5 * SECOND]),
  eventRefused: dice.rate(0.2),

  /** Shares of mutating calls and of reads that go wrong on their way. */
  callFault: dice.rate(0.6),
  readFault: dice.rate(0.3),
  /** Which ways of going wrong there are: one bit each. */
  faultKinds: dice.chance(0.3) ? ~0 : dice.below(2 ** 30),
  slowCall: dice.rate(0.1),

  /** Shares of nodes. */
  nodeMissing: dice.rate(0.1),
  nodeFails: dice.rate(0.3),
  nodeInWrongState: dice.rate(0.1),
  nodeShared: dice.rate(0.2),
  /** Shares of jobs. */
  jobNeverEnds: dice.rate(0.02),
  jobForgotten: dice.rate(0.05),
  jobHiddenMs: dice.pick([0, 0, 20 * SECOND]),
  jobOdd: dice.rate(0.2),
  jobWithoutId: dice.rate(0.1),
  /** The clock of the providers is so far ahead of ours, ms. */
  skewMs: dice.pick([0, 0, 0, dice.between(-3 * SECOND, 3 * SECOND), dice.between(-20 * MINUTE, 20 * MINUTE)]),
  beginMs: dice.pick([SECOND, SECOND, 15 * SECOND]),
  refusesWhole: dice.chance(0.7),

  /** All servers of a provider in one project, whose limit is then felt. */
  crowded: dice.chance(0.1),
  arrivalMs: dice.pick([50, 300, 300, 2 * SECOND]),
  /** Shares of operations. */
  askedAgain: dice.rate(0.4),
  cancelled: dice.rate(0.1),
  retried: dice.rate(0.2),
  notAfter: dice.rate(0.1),
  withoutKey: dice.rate(0.2),
})
