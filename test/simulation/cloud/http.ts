import { AsyncLocalStorage } from 'node:async_hooks'
import type { Answer, Api } from '../../../lib/provider-kit/api.ts'
import type { Http } from '../../../lib/provider-kit/http.ts'
import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'
import type { Dice } from '../dice.ts'
import type { Faults } from '../faults.ts'
import type { Life } from '../life.ts'
import type { Outage, Profile } from '../profile.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Acts } from './acts.ts'
import type { Caller, Cloud, Reply } from './call.ts'
import { echoed } from './echo.ts'
import type { Gate } from './gate.ts'
import { type Family, wayDuring, within, wayOf } from './wire.ts'

export type HttpNeeds = {
  scheduler: Scheduler
  dice: Dice
  /** Decides what becomes of a mutating call on its way: the same for the same call, if it is to be. */
  wayDice: (request: SignedRequest) => Dice
  profile: Profile
  acts: Acts
  gate: Gate
  faults: Faults
  clouds: ReadonlyMap<string, Cloud>
  outageOf: (what: string) => Outage | undefined
}

const callers = new AsyncLocalStorage<Caller>()

/** The API, whose calls are known to be this caller's: what no request says, and the simulation must know. */
export const calledBy = (caller: Caller, api: Api): Api => ({
  now: api.now,
  send: (request) => callers.run(caller, () => api.send(request)),
})

export const familyOf = (provider: string): Family =>
  provider === 'qingcloud-ehpc' ? 'ehpc' : provider.endsWith('-css') ? 'css' : 'huawei'

/** The network to the clouds as one invocation has it: everything can happen to a call. */
export const createSimulatedHttp = (life: Life, needs: HttpNeeds): Http => {
  const { scheduler, profile, acts, gate, faults } = needs

  const answerOf = (reply: Reply, repliedAt: number, request: SignedRequest): Answer => {
    const { status, json, text, headers } = needs.dice.chance(profile.echo) ? echoed(reply, request) : reply
    return {
      kind: 'response',
      status,
      headers: { date: new Date(repliedAt + profile.skewMs).toUTCString(), ...headers },
      text: text ?? '{}',
      json,
      receivedAt: scheduler.now(),
    }
  }

  return (request, withinMs = Number.POSITIVE_INFINITY) => {
    const caller = callers.getStore()
    const cloud = needs.clouds.get(caller?.provider ?? '')
    if (caller === undefined || cloud === undefined) throw new Error(`nobody answers ${request.url}`)
    const { method, body } = request
    const family = familyOf(caller.provider)
    acts.called(caller, method)
    const outage = needs.outageOf(caller.provider)
    const way = within(
      withinMs,
      wayDuring(outage, method, family) ??
        wayOf(method, family, method === 'POST' ? needs.wayDice(request) : needs.dice, profile),
    )
    if (way.fault !== undefined) faults(way.fault)
    const { pathname, searchParams } = new URL(request.url)
    const act = (): Reply => {
      const refusal = gate.refusal(family, request, caller)
      if (way.heard === null) gate.heard(request, caller, life, refusal !== undefined)
      const query = Object.fromEntries(searchParams)
      return refusal ?? cloud.handle({ method, path: pathname, query, body, caller, half: way.half === true })
    }
    // An answer that is not the cloud's own comes in its time, whatever the cloud does with the call.
    let repliedAt = 0
    const begin = (): Reply | undefined => {
      const { arrives } = way
      repliedAt = scheduler.now()
      if (way.heard === null) return act()
      gate.heard(request, caller, life, way.unauthorized === true)
      if (arrives !== null) scheduler.after(arrives, () => void act())
      return undefined
    }
    const there = way.heard === null ? (way.arrives ?? 0) : 1
    return life
      .effect(`${method} ${pathname}`, begin, {
        there,
        back: Math.max(1, way.waitMs - there),
        about: () => `${caller.operationId} ${describe(way.heard)}`,
      })
      .then((reply): Answer => {
        const heard = way.heard ?? reply
        if (heard === undefined || 'kind' in heard) return heard ?? { kind: 'lost', code: 'NoReply', reason: 'none' }
        return answerOf(heard, repliedAt, request)
      })
  }
}

const describe = (heard: Reply | Answer | null): string => (heard === null ? '' : JSON.stringify(heard))
