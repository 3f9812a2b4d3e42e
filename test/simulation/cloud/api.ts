import type { Answer, Api, ApiRequest } from '../../../lib/provider-kit/api.ts'
import type { Dice } from '../dice.ts'
import type { Life } from '../life.ts'
import type { Outage, Profile } from '../profile.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Acts } from './acts.ts'
import type { Caller, Cloud, Reply } from './call.ts'
import type { Gate, Signed } from './gate.ts'
import { type Family, wayDuring, within, wayOf } from './wire.ts'

export type ApiNeeds = {
  scheduler: Scheduler
  dice: Dice
  profile: Profile
  acts: Acts
  gate: Gate
  outage: () => Outage | undefined
}

/** What a request is signed with, and how long it may take, ms. */
export type Sending = Signed & { withinMs: number | undefined }

/** A cloud's API as one invocation calls it for one caller, over a network on which everything can happen. */
export const createSimulatedApi = (
  cloud: Cloud,
  family: Family,
  caller: Caller,
  life: Life,
  { withinMs = Number.POSITIVE_INFINITY, ...signed }: Sending,
  { scheduler, dice, profile, acts, gate, outage }: ApiNeeds,
): Api => {
  const answerOf = ({ status, json, text, headers }: Reply, repliedAt: number): Answer => ({
    kind: 'response',
    status,
    headers: { date: new Date(repliedAt + profile.skewMs).toUTCString(), ...headers },
    text: text ?? 'json',
    json,
    receivedAt: scheduler.now(),
  })

  return {
    now: scheduler.now,
    send: (request: ApiRequest) => {
      const { method, path, query = {}, body } = request
      acts.called(caller, method)
      const way = within(withinMs, wayDuring(outage(), request) ?? wayOf(request, family, dice, profile))
      const act = (): Reply => gate.refusal(family, signed) ?? cloud.handle({ method, path, query, body, caller })
      // An answer that is not the cloud's own comes in its time, whatever the cloud does with the call.
      let repliedAt = 0
      const begin = (): Reply | undefined => {
        const { arrives } = way
        repliedAt = scheduler.now()
        if (way.heard === null) return act()
        if (arrives !== null) scheduler.after(arrives, () => void act())
        return undefined
      }
      const there = way.heard === null ? (way.arrives ?? 0) : 1
      return life
        .effect(`${method} ${path}`, begin, {
          there,
          back: Math.max(1, way.waitMs - there),
          about: () => `${caller.operationId} ${describe(way.heard)}`,
        })
        .then((reply): Answer => {
          const heard = way.heard ?? reply
          if (heard === undefined || 'kind' in heard) return heard ?? { kind: 'lost', code: 'NoReply', reason: 'none' }
          return answerOf(heard, repliedAt)
        })
    },
  }
}

const describe = (heard: Reply | Answer | null): string => (heard === null ? '' : JSON.stringify(heard))
