import { type LogIds, withLogIds } from '../lambda/log-ids.ts'

/** Like `Promise.all` over `map`, at most `limit` at once. The first failure is thrown after those under way have ended. */
export const mapLimit = async <T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = []
  const failures: unknown[] = []
  let next = 0
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next
      next += 1
      try {
        // index < items.length
        results[index] = await work(items[index] as T, index)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
  if (failures.length > 0) throw failures[0]
  return results
}

/**
 * Like `mapLimit`, but what fails is told and left out: one thing that cannot be worked on must not hold up the others.
 *
 * @param about the thing that an item is about, for the log lines of its work
 */
export const mapEach = async <T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
  failed: (error: unknown, item: T) => void,
  about: (item: T) => LogIds = () => ({}),
): Promise<R[]> => {
  const one = async (item: T) => {
    try {
      return { value: await work(item) }
    } catch (error) {
      failed(error, item)
      return undefined
    }
  }
  const results = await mapLimit(items, limit, (item) => withLogIds(about(item), () => one(item)))
  return results.flatMap((result) => (result === undefined ? [] : [result.value]))
}
