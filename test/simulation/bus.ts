import type { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { createBus } from '../../lib/aws/bus.ts'
import type { Refusal } from '../../lib/aws/refusal.ts'
import { OPERATION_CHANGE } from '../../lib/domain/events.ts'
import type { Bus } from '../../lib/domain/ports.ts'
import type { Dice } from './dice.ts'
import type { Faults } from './faults.ts'
import { type Life, ServiceDown } from './life.ts'
import type { Profile } from './profile.ts'
import type { Watch } from './watch.ts'

type Needs = {
  dice: Dice
  profile: Profile
  faults: Faults
  watch: Watch
  wakePoller: () => void
  onRefusal: (refusal: Refusal) => void
}

/** What an entry may have everywhere ("Amazon EventBridge quotas"), bytes. */
const MOST_BYTES = 256 * 1024

/** Our bus on an EventBridge that takes some events of a call and not others, or none, and does not always say which it took. */
export const busOf = (life: Life, { dice, profile, faults, watch, wakePoller, onRefusal }: Needs): Bus => {
  const take = ({ DetailType = '', Detail = '' }: PutEventsRequestEntry): void => {
    const { status } = watch.event(DetailType, Detail)
    if (DetailType === OPERATION_CHANGE && status === 'RUNNING') wakePoller()
  }
  const put = (entries: readonly PutEventsRequestEntry[]) => {
    const throttled = dice.chance(profile.callRefused)
    if (throttled) faults('events throttled')
    if (throttled || entries.some(({ Detail = '' }) => Buffer.byteLength(Detail) > MOST_BYTES))
      throw new ServiceDown('PutEvents')
    return entries.map((entry) => {
      const told = dice.chance(profile.eventRefused)
      if (told) faults('event refused')
      if (!told || dice.chance(0.2)) take(entry)
      return told ? { ErrorCode: 'InternalFailure' } : { EventId: 'e' }
    })
  }
  const client = {
    send: ({ input: { Entries = [] } }: PutEventsCommand) =>
      life.effect('publish', () => ({ Entries: put(Entries) }), {
        about: () => Entries.map(({ Detail }) => Detail).join(', '),
      }),
  }
  // All that our bus wants of the client is one of its commands.
  return createBus({ client: client as unknown as EventBridgeClient, busName: 'drover', onRefusal })
}
