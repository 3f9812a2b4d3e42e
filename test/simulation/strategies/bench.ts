import type { HttpResponse } from '../../../lib/lambda/http-response.ts'
import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'
import { createDice, type Dice } from '../dice.ts'
import { withEntropyOf, withTimeOf } from '../entropy.ts'
import type { Violation } from '../watch.ts'
import { createWorld, type World } from '../world.ts'
import { strategies, type Strategy, type StrategyName } from './strategies.ts'
import { type Tally, tallyOf } from './tally.ts'
import { type Trouble, troubles } from './troubles.ts'

export type BenchRun = { tally: Tally; faults: ReadonlyMap<string, number>; violations: readonly Violation[] }

/** What is open after this time stays open: deadlines are an hour, and a queue gives up after 30 minutes. */
const PATIENCE_MS = 4 * 3_600_000
const MOST_TRIES = 3

/**
 * One strategy in one kind of trouble. The seed decides who asks for what, what the clouds are like, and what becomes of
 * the first, second, … call for the same nodes; so every strategy has the same of all that.
 */
export const bench = async (
  name: StrategyName,
  trouble: Trouble,
  { seed, operations }: { seed: number; operations: number },
): Promise<BenchRun> => {
  const strategy: Strategy = strategies[name]
  const dice = createDice(seed)
  return withEntropyOf(dice.random, async () => {
    const world = createWorld({
      dice,
      profile: { ...troubles[trouble](seed), alarmStorm: 0, redriven: 0 },
      fates: undefined,
      trace: undefined,
      functions: strategy.functions(),
      askDice: createDice(seed + 1_000_003),
      wayDice: wayDiceOf(seed),
    })
    const { scheduler, platform, sinceStart, faults, watch } = world
    const askers = askWith(strategy, operations, createDice(seed + 2_000_003), world)
    await withTimeOf(scheduler.now, () =>
      scheduler.run(() => sinceStart() > PATIENCE_MS || (askers.isQuiet() && platform.isQuiet())),
    )
    return { tally: tallyOf(world, askers.accepted), faults: faults.counts, violations: watch.violations }
  })
}

/** The `n`-th call of one content meets the same fault, whoever makes it. */
const wayDiceOf = (seed: number) => {
  const calls = new Map<string, number>()
  return ({ url, body }: SignedRequest): Dice => {
    const call = `${new URL(url).pathname} ${body}`
    const nth = (calls.get(call) ?? 0) + 1
    calls.set(call, nth)
    return createDice(hashOf(`${seed} ${nth} ${call}`))
  }
}

/** FNV-1a. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** Requests over HTTP, each with a key; who hears nothing asks again. */
const askWith = (
  { accept }: Strategy,
  operations: number,
  dice: Dice,
  { scheduler, platform, asks, profile }: World,
) => {
  const accepted = new Set<string>()
  let open = 0
  const insist = (event: unknown, tries: number): void =>
    platform.call(
      'ingest',
      (deps) => accept(event, deps),
      (end) => {
        if (end !== null && 'result' in end) heard(end.result)
        else if (tries < MOST_TRIES) later(1_000, () => insist(event, tries + 1))
      },
    )
  const later = (inMs: number, act: () => void): void => {
    open += 1
    scheduler.after(inMs, () => {
      open -= 1
      act()
    })
  }
  const heard = (response: HttpResponse | undefined): void => {
    const { operationId } = JSON.parse(response?.body ?? '{}') as { operationId?: string }
    if (operationId !== undefined) accepted.add(operationId)
  }

  for (let i = 0, inMs = 0; i < operations; i += 1) {
    inMs += -Math.log(1 - dice.random()) * profile.arrivalMs
    const isTwice = dice.chance(profile.askedAgain)
    later(inMs, () => {
      const { marker, body } = asks.next()
      const event = {
        routeKey: 'POST /v1/operations',
        requestContext: { http: { method: 'POST', path: '/' } },
        headers: { 'idempotency-key': `key-${marker}` },
        body: JSON.stringify(body),
      }
      insist(event, 1)
      if (isTwice) later(20, () => insist(event, 1))
    })
  }
  return { accepted, isQuiet: () => open === 0 }
}
