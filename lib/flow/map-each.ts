import { mapLimit } from '../domain/map-limit.ts'
import { type LogIds, withLogIds } from '../lambda/log-ids.ts'

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
