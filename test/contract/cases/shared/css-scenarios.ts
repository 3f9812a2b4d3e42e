import { expect } from 'vitest'

import { submitAndFollow } from '../../follow.ts'
import type { Scenario } from '../../provider-case.ts'

/** Status 303 at the end is a failure with its own code, in whichever spelling the reason comes. */
export const endsUnavailable: Scenario = async (lab) => {
  const ending = await submitAndFollow(lab)

  expect(ending.outcomes).toEqual(new Map(lab.nodeIds.map((id) => [id, { outcome: 'failed', code: 'CSS.6002' }])))
}
