import type { Life } from '../life.ts'
import type { Watch } from '../watch.ts'

/** A request with one credential, named as its breaker, and the process that sent it. */
export type Signed = { credential: string; process: Pick<Life, 'name' | 'begunAt'> }

/** A request may be signed anew once, by the clock that its refusal told. */
const SIGNINGS = 2
/** What a process that was accepted before may have under way: looks at eight batches, at up to three servers each. */
const MOST_AT_ONCE = 24
/** From here on a first refusal is laid to the clock and says nothing of the key: if that was changed too, it is found out by all at once. */
const CLOCK_IS_OFF_MS = 30_000
/** Where the ledger does not take the news, a process forgets it after this (lib/flow/breakers.ts). */
const HEARD_MS = 5_000
/** Probes come after this, then after double that, and so on (lib/domain/breaker.ts). */
const FIRST_PROBE_MS = 30_000
const LONGEST_PROBE_MS = 600_000

/** How many probes an open breaker has let through after so long. */
const probesWithin = (ms: number): number => {
  let probes = 0
  let wait = FIRST_PROBE_MS
  for (let at = wait; at <= ms; at += wait) {
    probes += 1
    wait = Math.min(LONGEST_PROBE_MS, 2 * wait)
  }
  return probes
}

type Refused = { isWarm: boolean; count: number; since: number }

/**
 * Holds Drover to "Credentials and clocks" of docs/architecture.md: one refusal of a credential for each process at work (or what
 * it had under way, if it was accepted before), and once the breaker is open one for each probe.
 */
export const createRefusals = (watch: Watch, now: () => number, skewMs: number) => {
  const byProcess = new Map<string, Refused>()
  const probes = new Map<string, number>()
  const nameOf = ({ credential, process }: Signed): string => `${credential} ${process.name}`

  /** Whether the process may be refused without having asked: the breaker was not open yet when it began. */
  const isUnknowing = (signed: Signed): boolean => {
    const name = nameOf(signed)
    const { isWarm, count, since } = byProcess.get(name) ?? { isWarm: false, count: 0, since: now() }
    byProcess.set(name, { isWarm, count: count + 1, since })
    const opened = watch.breakerOpened(signed.credential)
    if (opened !== undefined && opened.writtenAt < signed.process.begunAt) return false
    const times = opened === undefined ? 1 + Math.floor((now() - since) / HEARD_MS) : 1
    const mayBeMany = isWarm || Math.abs(skewMs) >= CLOCK_IS_OFF_MS
    return count < (mayBeMany ? MOST_AT_ONCE : SIGNINGS) * times
  }

  return {
    /** The process heard anything but a refusal, or nothing. */
    passed: (signed: Signed): void => {
      byProcess.set(nameOf(signed), { isWarm: true, count: 0, since: now() })
    },
    /** The process hears that its signature was refused. */
    refused: (signed: Signed): void => {
      if (isUnknowing(signed)) return
      const { credential, process } = signed
      const opened = watch.breakerOpened(credential)
      const period = `${credential} ${opened?.since}`
      const count = (probes.get(period) ?? 0) + 1
      probes.set(period, count)
      const elapsed = opened === undefined ? 0 : now() - opened.since
      if (count > SIGNINGS * probesWithin(elapsed))
        watch.violate('S7', process.name, `${count} refused signatures of ${credential} beside those of each process`)
    },
  }
}
