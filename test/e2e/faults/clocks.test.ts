import { describe, expect, test } from 'vitest'
import { closing, first } from '../../helpers/manners.ts'
import { type Manner, send } from '../../helpers/hostile-cloud.ts'
import { serviceList, serviceTrials, type Service } from './services.ts'
import { isRefusal, refusedOf, type StrictCloud, type StrictStack, triedAtStrictClouds } from './strict-stack.ts'
import type { Row } from './trial.ts'

const MINUTE_MS = 60_000

const losing =
  (service: Service): Manner =>
  (exchange) => {
    const reply = exchange.act()
    if (isRefusal(service, reply)) send(exchange.response, reply)
    else closing(exchange)
  }

const rowsOf = (service: Service): Row[] => {
  const { provider } = service
  const well = { status: 'SUCCEEDED', manners: {} } as const
  return [
    { ...well, name: `${provider}: refused, learned, sent once more and done once`, posts: 2 },
    {
      ...well,
      name: `${provider}: an answer that is lost is found by the cloud's own time`,
      manners: { post: losing(service) },
    },
    { ...well, name: `${provider}: a call that never arrived is sent again`, manners: { post: first(closing) } },
  ]
}

/** Answers are lost at one cloud of servers and one of clusters; the others tell the time in the same way. */
const isTried = ({ provider }: Service, index: number) =>
  index === 0 || provider === 'otc-ecs' || provider === 'qingcloud-ehpc'

describe.each([-20, 20])('clouds whose clocks are %i minutes ahead', (minutes) => {
  const tested = serviceList.map((service) => ({
    service,
    trials: serviceTrials(service, rowsOf(service)).filter((_, i) => isTried(service, i)),
  }))
  const tell = async (cloud: StrictCloud, stack: StrictStack) => {
    await stack.carryOut(cloud, cloud.trials.slice(0, 1))
    await stack.carryOut(cloud, cloud.trials.slice(1))
  }

  const tried = triedAtStrictClouds(tested, { now: () => Date.now() + minutes * MINUTE_MS }, tell)

  test.each(serviceList)('$provider refuses one call, and no more than one request of each process', ({ provider }) => {
    const cloud = tried().clouds.find(({ service }) => service.provider === provider)
    const [alone, ...others] = cloud?.trials ?? []
    if (!cloud || !alone) throw new Error('it was not tried')

    expect(refusedOf(cloud, alone, 'POST')).toBe(1)
    // Four sandboxes of the invoker, which look for a lost answer too, and two of the poller.
    expect(cloud.refusals.length).toBeLessThanOrEqual(6)
    for (const trial of others) expect(refusedOf(cloud, trial, 'POST')).toBeLessThanOrEqual(1)
  })

  test('nobody is told that a credential is refused', () => {
    expect(tried().logs.join('')).not.toContain('credential refused')
  })
})
