import { OPERATION_CHANGE, type StateChange } from '../../lib/domain/events.ts'
import type { Bus } from '../../lib/domain/ports.ts'
import type { Dice } from './dice.ts'
import type { Life } from './life.ts'
import type { Profile } from './profile.ts'
import type { Watch } from './watch.ts'

type Needs = { dice: Dice; profile: Profile; watch: Watch; wakePoller: () => void }

/** The bus takes some events of a call and not others, and does not always say which it took. */
export const busOf = (life: Life, { dice, profile, watch, wakePoller }: Needs): Bus => {
  const take = (change: StateChange): void => {
    watch.event(change)
    if (change.detailType === OPERATION_CHANGE && change.detail.status === 'RUNNING') wakePoller()
  }
  return {
    publish: (changes) => {
      // A call without entries is never made.
      if (changes.length === 0) return Promise.resolve(new Set())
      return life.effect(
        'publish',
        () => {
          const refused = new Set<number>()
          for (const [index, change] of changes.entries()) {
            const told = dice.chance(profile.eventRefused)
            if (!told || dice.chance(0.2)) take(change)
            if (told) refused.add(index)
          }
          return refused
        },
        {
          about: () =>
            changes
              .map(({ detail }) => `${'batchId' in detail ? detail.batchId : detail.operationId} ${detail.status}`)
              .join(', '),
        },
      )
    },
  }
}
