import type { Dice } from './dice.ts'
import type { Faults } from './faults.ts'
import type { Fate, Fates } from './life.ts'
import type { Profile } from './profile.ts'

/** Fates by chance, as often as the profile says; nothing goes well with a ledger that is down. */
export const fatesOf = (dice: Dice, profile: Profile, isDown: (what: string) => boolean, faults: Faults): Fates => {
  const { crash, freeze, ledgerFailure, slow } = profile
  const draw = (kind: string): Fate => {
    if (isDown('ledger')) return 'fails before'
    const often = kind === 'poller' ? 0.1 : 1
    // Where among the shares, laid end to end, the draw falls.
    let drawn = dice.random()
    const falls = (share: number): boolean => (drawn -= share) < 0
    if (falls((often * crash) / 2)) return 'dies before'
    if (falls((often * crash) / 2)) return 'dies after'
    if (falls(often * freeze)) return 'freezes'
    if (falls(ledgerFailure / 2)) return 'fails before'
    if (falls(ledgerFailure / 2)) return 'fails after'
    return falls(slow) ? 'slow' : 'well'
  }
  return (kind) => {
    const fate = draw(kind)
    if (fate !== 'well') faults(`effect ${fate}`)
    return fate
  }
}
