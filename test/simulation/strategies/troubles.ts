import { drawProfile, calm, type Profile } from '../profile.ts'
import { createDice } from '../dice.ts'

const lostAnswers = [
  'nothing, closed',
  'acts, closed',
  'nothing, timeout',
  'acts, timeout',
  'nothing, 5xx',
  'acts, 5xx',
] as const

/** One kind of trouble at a time, and all of them together: the profile of the run with this seed. */
export const troubles = {
  'answers are lost': () => ({ ...calm, callFault: 0.2, faults: new Set(lostAnswers) }),
  'a cloud acts and says nothing for 40 min': () => ({
    ...calm,
    outages: [{ what: 'otc-ecs', from: 0, until: 40 * 60_000, how: 'acts' }],
  }),
  'functions die': () => ({ ...calm, crash: 0.02 }),
  'the ledger fails': () => ({ ...calm, ledgerFailure: 0.02 }),
  'messages come twice': () => ({ ...calm, messageTwice: 0.3 }),
  'all of it': (seed) => drawProfile(createDice(seed)),
} as const satisfies Record<string, (seed: number) => Profile>

export type Trouble = keyof typeof troubles
