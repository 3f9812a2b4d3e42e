import { expect, test } from 'vitest'
import { providers } from '../../lib/providers/registry.ts'

/** Words of a pattern that stand for more characters than they show, and the slash itself. */
const LETS_SLASHES_IN = /[/.]|\[\^|\\[SDWP]/

// The one thing on which the official SDKs differ from the documents, and so from each other's servers: an encoded slash
// in a path (Huawei's ends the segment) or in a value of the query (QingCloud's signs it as it is).
test('nothing that gets into a path or query may have a slash', () => {
  const actions = Object.values(providers).flatMap(({ manifest }) => Object.values(manifest.actions))

  const patterns = actions.flatMap(({ target, nodeId }) =>
    [...Object.values(target), nodeId].map(({ pattern }) => pattern),
  )

  expect(patterns.length).toBeGreaterThan(20)
  expect(patterns.filter((pattern) => LETS_SLASHES_IN.test(pattern))).toEqual([])
})
