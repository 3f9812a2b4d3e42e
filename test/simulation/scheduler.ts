type Event = { at: number; order: number; run: () => void }

export type Scheduler = ReturnType<typeof createScheduler>

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/**
 * Calls `next` once whatever was woken has run as far as it can: ticks come when no microtask is left, and cost a tenth of
 * a turn of the event loop.
 */
const afterMicrotasks = (next: () => void): void => queueMicrotask(() => process.nextTick(next))

/**
 * Virtual time: what is planned happens in the order of its time (ms), and of two things at one time the one that was
 * planned first. Between two of them everything that the first one set going runs until it waits again.
 */
export const createScheduler = (start: number) => {
  const heap: Event[] = []
  let now = start
  let planned = 0
  let steps = 0

  const at = (time: number, run: () => void): void => {
    const event = { at: Math.max(now, Math.ceil(time)), order: (planned += 1), run }
    let i = heap.length
    heap.push(event)
    while (i > 0) {
      const up = (i - 1) >> 1
      const parent = heap[up]!
      if (!isBefore(event, parent)) break
      heap[i] = parent
      i = up
    }
    heap[i] = event
  }

  const takeFirst = (): Event | undefined => {
    const [first] = heap
    const last = heap.pop()
    if (heap.length === 0 || last === undefined) return first
    let i = 0
    for (;;) {
      let down = 2 * i + 1
      if (down >= heap.length) break
      if (down + 1 < heap.length && isBefore(heap[down + 1]!, heap[down]!)) down += 1
      const child = heap[down]!
      if (!isBefore(child, last)) break
      heap[i] = child
      i = down
    }
    heap[i] = last
    return first
  }

  return {
    now: () => now,
    steps: () => steps,
    at,
    after: (ms: number, run: () => void): void => at(now + ms, run),
    /** So much time goes by in which nothing happens: what was planned for it comes after it. */
    skip: (ms: number): void => void (now += ms),
    /** Goes on until nothing is planned any more, or `isOver` says so before a step. */
    run: (isOver: () => boolean): Promise<void> =>
      new Promise((resolve, reject) => {
        const step = (): void => {
          const next = isOver() ? undefined : takeFirst()
          if (next === undefined) return resolve()
          now = Math.max(now, next.at)
          steps += 1
          try {
            next.run()
          } catch (error) {
            return reject(error instanceof Error ? error : new Error('a step failed', { cause: error }))
          }
          afterMicrotasks(step)
        }
        setImmediate(step)
      }),
  }
}
