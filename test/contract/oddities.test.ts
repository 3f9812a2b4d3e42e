/* oxlint-disable vitest/expect-expect -- the scenarios expect */
import { describe, test } from 'vitest'

import { oneOfEach } from './cases.ts'
import { openLab } from './lab.ts'

describe.each(oneOfEach)('%s', (_, { id, providerCase, sample }) => {
  const oddities = Object.entries(providerCase.oddities).flatMap(([name, values]) =>
    values
      .filter(({ actions }) => actions?.includes(sample.action) ?? true)
      .map((oddity) => [`${name}: ${oddity.value}`, oddity] as const),
  )

  test.each(oddities)('ends right with %s', async (__, { cloud, promise }) => {
    const lab = await openLab(id, providerCase, sample, { cloud })

    await promise(lab)
  })
})
