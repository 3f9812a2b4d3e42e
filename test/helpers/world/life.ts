/** The process has died: nothing that it still tries has an effect. */
export class Died extends Error {
  override readonly name = 'Died'
}

/** An effect that a process had: a writing method of the ledger, `send`, `publish`, `http POST`. Counted from 1. */
export type Step = { name: string; count: number; args: readonly unknown[] }

/** A death after one of these is the same as one after the effect before it. */
const READS: ReadonlySet<string> = new Set([
  'operation',
  'listOperations',
  'letter',
  'letterBody',
  'listLetters',
  'batch',
  'batches',
  'nodeIds',
  'results',
  'agenda',
  'heldUntil',
  'http GET',
])

export type Life = ReturnType<typeof createLife>

/** A process that dies right after the first step of which `diesAfter` says so. */
export const createLife = (diesAfter: (step: Step) => boolean = () => false) => {
  let alive = true
  let count = 0
  const underWay = new Set<Promise<unknown>>()
  const live = async <T>(name: string, args: readonly unknown[], effect: () => Promise<T>): Promise<T> => {
    if (!alive) throw new Died(`${name} after its end`)
    const running = effect()
    underWay.add(running)
    const result = await running.finally(() => underWay.delete(running))
    if (READS.has(name)) return result
    count += 1
    if (diesAfter({ name, count, args })) alive = false
    if (!alive) throw new Died(`after ${name}`)
    return result
  }
  return {
    live,
    isAlive: () => alive,
    /** Whether the process waits for any of its effects, reads included. */
    isBusy: () => underWay.size > 0,
    /** The same object, each of whose methods is a step. */
    of: <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (object, name) => {
          const value: unknown = Reflect.get(object, name)
          if (typeof value !== 'function') return value
          return (...args: unknown[]) =>
            live(String(name), args, async () => Reflect.apply(value, object, args) as Promise<unknown>)
        },
      }),
  }
}
