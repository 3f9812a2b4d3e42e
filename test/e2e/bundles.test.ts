import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleSizes } from '../bench/bundle-sizes.ts'
import { root } from '../helpers/packaged.ts'

test.each([
  ['ingest', 450],
  ['invoker', 650],
  ['poller', 650],
])('the bundle of %s reads %i KB at most when it starts', async (name, most) => {
  const sizes = await bundleSizes(join(root, '.build/meta.json'))
  const size = sizes.find((one) => one.name === name)

  expect(size?.startKb).toBeGreaterThan(50)
  expect(size?.startKb).toBeLessThanOrEqual(most)
})
