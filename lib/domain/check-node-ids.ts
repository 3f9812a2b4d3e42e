import { fieldPattern } from './field-pattern.ts'
import type { ActionManifest } from './manifest.ts'
import { type Problems, shown } from './problems.ts'
import { sortedIds } from './sorted-ids.ts'

const MAX_LENGTH = 128

/**
 * The ids, each once, in one case and sorted, as the order in which they are given means nothing. A loop and not a schema,
 * and no set, as there may be 100,000.
 * Without a pattern (the provider is not known) only their type is looked at.
 */
export const checkNodeIds = (
  given: readonly unknown[],
  nodeId: ActionManifest['nodeId'] | undefined,
  problems: Problems,
): string[] => {
  const pattern = nodeId && fieldPattern(nodeId.pattern)
  const ids: string[] = []
  for (const [i, value] of given.entries()) {
    if (typeof value !== 'string') problems.add({ path: `nodeIds[${i}]`, message: 'must be a string' })
    else if (value === '') problems.add({ path: `nodeIds[${i}]`, message: 'must not be empty' })
    else {
      const id = nodeId?.anyCase ? value.toLowerCase() : value
      if (pattern === undefined || (id.length <= MAX_LENGTH && pattern.test(id))) ids.push(id)
      else
        problems.add({
          path: `nodeIds[${i}]`,
          message: `"${shown(value)}" is not valid: ${nodeId?.description}, like ${nodeId?.example}`,
        })
    }
  }
  return sortedIds(ids)
}
