import { emptyRate, type Rate, type RateRule, settle, take } from '../../lib/domain/rate.ts'
import { logNormalOf, randomOf } from '../helpers/random.ts'
import { against, fixed, note, printTable, ratio } from './print.ts'
import { rollingWindow } from './rolling-window.ts'

const INVOKERS = 8
const MINUTES = 10
const LIMIT = { limit: 1_000, windowMs: 60_000 }
const rule: RateRule = { ...LIMIT, callMs: 30_000 }

/** A batch that wants to be submitted: at `at`, for the `tries`-th time. */
type Attempt = { id: string; nodes: number; at: number; tries: number }

/** What becomes of a batch that asks to be sent at `now`: sent, or asked again at `at`. */
type Gate = {
  name: string
  ask: (attempt: Attempt, now: number) => { send: true } | { send: false; at: number }
  answered: (id: string, now: number) => void
}

const shared = (): Gate => {
  let rate: Rate = emptyRate
  return {
    name: 'Drover, shared count',
    ask: ({ id, nodes }, now) => {
      const taken = take(rate, id, nodes, now, rule)
      rate = taken.rate
      return taken.kind === 'granted' ? { send: true } : { send: false, at: taken.at }
    },
    answered: (id, now) => {
      rate = settle(rate, id, now, rule)
    },
  }
}

/** Who is refused asks again after 1 s, doubling to a minute: what most clients do. */
const backingOff = (): Gate => ({
  name: 'back-off on 429',
  ask: () => ({ send: true }),
  answered: () => {},
})

/** Batches of these sizes, all waiting from the start; every invoker takes the next one whose time has come. */
const simulate = (gate: Gate, sizeOf: (random: () => number) => number) => {
  const random = randomOf(3)
  const latency = logNormalOf(randomOf(4), 400, 0.5)
  const cloud = rollingWindow(LIMIT.limit, LIMIT.windowMs)
  const end = MINUTES * 60_000
  let made = 0
  const newBatch = (): Attempt => ({ id: `b${(made += 1)}`, nodes: sizeOf(random), at: 0, tries: 0 })
  const waiting: Attempt[] = []
  for (let nodes = 0; nodes < LIMIT.limit * MINUTES * 1.5; nodes += waiting.at(-1)?.nodes ?? 0) waiting.push(newBatch())
  /** Calls under way, by when they are over. */
  const calls: { attempt: Attempt; countedAt: number; endsAt: number; counted: boolean; accepted: boolean }[] = []
  const counts = { nodes: 0, refused: 0 }

  for (let now = 0; now < end; now += 5) {
    for (const call of calls) {
      if (call.counted || call.countedAt > now) continue
      call.counted = true
      call.accepted = cloud.take(call.attempt.nodes, call.countedAt)
      if (call.accepted) counts.nodes += call.attempt.nodes
      else counts.refused += 1
    }
    for (const call of calls.filter(({ endsAt }) => endsAt <= now)) {
      calls.splice(calls.indexOf(call), 1)
      gate.answered(call.attempt.id, now)
      const tries = call.attempt.tries + 1
      const again = now + Math.min(60_000, 1_000 * 2 ** (tries - 1)) * (0.5 + random() / 2)
      if (!call.accepted) waiting.push({ ...call.attempt, at: again, tries })
    }
    while (calls.length < INVOKERS) {
      const index = waiting.findIndex(({ at }) => at <= now)
      const [attempt] = index < 0 ? [] : waiting.splice(index, 1)
      if (attempt === undefined) break
      const asked = gate.ask(attempt, now)
      if (asked.send) {
        const takes = latency()
        calls.push({ attempt, countedAt: now + takes * random(), endsAt: now + takes, counted: false, accepted: false })
      } else {
        // The poller sees that its time has come and sends its message again.
        waiting.push({ ...attempt, at: asked.at + 50 + random() * 200 })
      }
    }
  }
  return { share: counts.nodes / (LIMIT.limit * MINUTES), refused: counts.refused }
}

const workloads: [string, (random: () => number) => number][] = [
  ['batches of 1,000', () => 1_000],
  ['batches of 100', () => 100],
  ['batches of 1 to 250', (random) => 1 + Math.floor(random() * 250)],
]

/** Figure 3: how much of a provider's limit is used, and how often it is exceeded. */
export const limiter = (): void => {
  const rows = workloads.map(([name, sizeOf]) => {
    const [drover, peer] = [simulate(shared(), sizeOf), simulate(backingOff(), sizeOf)]
    return [
      name,
      ...against(`${fixed(drover.share * 100, 2)} %`, '≥ 98 %', drover.share >= 0.98),
      ...against(String(drover.refused), '0', drover.refused === 0),
      `${fixed(peer.share * 100, 2)} %`,
      String(peer.refused),
      ratio(drover.share, peer.share),
    ]
  })
  const head = ['', 'Drover: of the rate', 'goal', '429s', 'goal', 'back-off: of the rate', '429s', 'rate to back-off']
  printTable('3. Rate limiter: 1,000 nodes in any 60 s, 8 invokers, 10 minutes', head, rows)
  note('The cloud counts a rolling window, at any moment of a call (median 400 ms).')
}
