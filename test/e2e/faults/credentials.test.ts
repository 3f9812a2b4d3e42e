import { describe, expect, test, vi } from 'vitest'
import { honest, type Manner } from '../../helpers/hostile-cloud.ts'
import { serviceList, serviceTrials, type Service } from './services.ts'
import { otherKeys, refusedOf, SCALE, type StrictCloud, type StrictStack, triedAtStrictClouds } from './strict-stack.ts'
import type { Row } from './trial.ts'

const total = ({ provider }: Service) => (provider === 'otc-css' ? 1 : 3)

/** How often the stack said that a credential is refused, and that somebody must look. */
const saidRefused = ({ logs }: StrictStack, { provider }: Service): number =>
  logs.join('').match(new RegExp(`"message":"credential refused"[^\\n]*"provider":"${provider}"`, 'g'))?.length ?? 0

describe('credentials that are wrong', () => {
  const AFTER = 6
  const rowsOf = (service: Service): Row[] => {
    const failed = { status: 'FAILED', counts: { failed: total(service) }, manners: {}, acted: 0 } as const
    const after = Array.from({ length: AFTER }, (_, i): Row => ({
      ...failed,
      name: `${service.provider}: an operation that comes after, ${i + 1} of ${AFTER}: failed, nothing done`,
    }))
    return [
      {
        ...failed,
        name: `${service.provider}: failed with the provider's own code after one refusal, nothing done`,
        code: service.refusalCode,
        posts: 1,
      },
      ...after,
      {
        name: `${service.provider}: put right, the next operation is carried out`,
        manners: {},
        status: 'SUCCEEDED',
        posts: 1,
      },
    ]
  }
  const tested = serviceList.map((service) => ({ service, trials: serviceTrials(service, rowsOf(service)) }))
  const times = new Map<string, { first: number; after: number; beganAt: number; endedAt: number }>()
  /** One operation, six at once, and one with the right credentials. */
  const tell = async (cloud: StrictCloud, stack: StrictStack) => {
    const { service, trials, refusals, keys } = cloud
    const beganAt = Date.now()
    await stack.carryOut(cloud, trials.slice(0, 1))
    const first = refusals.length
    await stack.carryOut(cloud, trials.slice(1, -1))
    times.set(service.provider, { first, after: refusals.length, beganAt, endedAt: Date.now() })
    stack.stack.store(service.provider, keys)
    await stack.carryOut(cloud, trials.slice(-1))
  }

  const tried = triedAtStrictClouds(tested, { wrong: true }, tell)

  test.each(serviceList)('$provider refuses one signature, then one for each process and each wait', (service) => {
    const { first, after, beganAt, endedAt } = times.get(service.provider) ?? {
      first: 0,
      after: 0,
      beganAt: 0,
      endedAt: 0,
    }
    // Waits of 30 s, 60 s and so on; four sandboxes of the invoker, of which one was refused already.
    const probes = Math.ceil(Math.log2(1 + ((endedAt - beganAt) * SCALE) / 30_000))

    expect(first).toBe(1)
    expect(after).toBeLessThanOrEqual(4 + probes)
    expect(saidRefused(tried(), service)).toBeGreaterThanOrEqual(1)
    expect(saidRefused(tried(), service)).toBeLessThanOrEqual(after)
  })

  test('no secret is in a log line', () => {
    expect(tried().logs.join('')).not.toContain('of-yesterday')
  })
})

describe('credentials that change', () => {
  /** What happens at a cloud when the first request of a kind arrives, which is signed by then. */
  const changes = new Map<string, () => void>()
  const changing =
    (name: string): Manner =>
    (exchange) => {
      if (exchange.nth === 0) changes.get(name)?.()
      return honest(exchange)
    }
  const namesOf = ({ provider }: Service) => ({
    rotated: `${provider}: rotated under a call: one refusal, read anew, done once`,
    expired: `${provider}: expired under a running job: read anew, its end is seen`,
    late: `${provider}: expired under a running job, and stored anew only later: its end is seen`,
  })
  const rowsOf = (service: Service): Row[] => {
    const { rotated, expired, late } = namesOf(service)
    return [
      { name: rotated, manners: { post: changing(rotated) }, status: 'SUCCEEDED', posts: 2 },
      { name: expired, manners: { read: changing(expired) }, status: 'SUCCEEDED' },
      { name: late, manners: { read: changing(late) }, status: 'SUCCEEDED' },
    ]
  }
  const tested = serviceList.map((service) => ({ service, trials: serviceTrials(service, rowsOf(service)) }))
  const tell = async (cloud: StrictCloud, stack: StrictStack) => {
    const { service, trials, keys } = cloud
    const names = namesOf(service)
    const rotate = (secret: string) => Object.assign(keys, otherKeys(keys, service, secret))
    const store = () => stack.stack.store(service.provider, keys)
    const thenStored = (secret: string) => () => {
      rotate(secret)
      store()
    }
    changes.set(names.rotated, thenStored('second'))
    changes.set(names.expired, thenStored('third'))
    changes.set(names.late, () => rotate('fourth'))

    for (const trial of trials.slice(0, 2)) await stack.carryOut(cloud, [trial])
    const before = saidRefused(stack, service)
    const isTold = () => saidRefused(stack, service) > before
    await Promise.all([
      stack.carryOut(cloud, trials.slice(2)),
      vi.waitUntil(isTold, { timeout: 30_000, interval: 50 }).then(store),
    ])
  }

  const tried = triedAtStrictClouds(tested, {}, tell)

  test.each(serviceList)('$provider refuses the old ones once for each process that holds them', ({ provider }) => {
    const cloud = tried().clouds.find(({ service }) => service.provider === provider)
    const [rotated, expired, late] = cloud?.trials ?? []
    if (!cloud || !rotated || !expired || !late) throw new Error('it was not tried')

    expect(refusedOf(cloud, rotated, 'POST')).toBe(1)
    expect(refusedOf(cloud, expired, 'GET')).toBeGreaterThanOrEqual(1)
    expect(refusedOf(cloud, late, 'GET')).toBeGreaterThanOrEqual(1)
    for (const trial of [rotated, expired, late]) {
      // Whoever remembers the old key: one invoker, and two pollers, one after the other.
      expect(refusedOf(cloud, trial, 'POST')).toBeLessThanOrEqual(1)
      expect(cloud.cloud.mutations(trial.corner)).toHaveLength(1 + refusedOf(cloud, trial, 'POST'))
    }
    expect(refusedOf(cloud, rotated, 'GET')).toBeLessThanOrEqual(2)
    expect(refusedOf(cloud, expired, 'GET')).toBeLessThanOrEqual(2)
  })
})
