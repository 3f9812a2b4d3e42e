import { describe, test } from 'vitest'

import { subjects } from './cases.ts'
import { openLab } from './lab.ts'

describe.each(subjects)('%s', (_, { id, providerCase, sample }) => {
  const oddities = Object.entries(providerCase.oddities).flatMap(([name, values]) =>
    values
      .filter(({ actions }) => actions?.includes(sample.action) ?? true)
      .map((oddity) => [`${name}: ${oddity.value}`, oddity] as const),
  )

  // oxlint-disable-next-line vitest/expect-expect -- each oddity has its own promise
  test.each(oddities)('ends right with %s', async (__, { cloud, promise }) => {
    const lab = await openLab(id, providerCase, sample, { cloud })

    await promise(lab)
  })
})
