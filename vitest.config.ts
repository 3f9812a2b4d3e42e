import { defineConfig } from 'vitest/config'

/** Projects that need nothing but the sources; `e2e` needs what `npm run package` made. */
const quick = (name: string) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], restoreMocks: true },
})

export default defineConfig({
  test: {
    projects: [
      quick('unit'),
      quick('contract'),
      quick('scenario'),
      { test: { ...quick('simulation').test, testTimeout: 60_000 } },
      {
        test: {
          name: 'peers',
          include: ['test/peers/**/*.test.ts'],
          // Needs Python packages that `npm run test:peers` installs; a Python process and a stack at a time are enough.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // One stack at a time: each takes the machine's cores for itself.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['lib/domain/**/*.ts', 'lib/provider-kit/**/*.ts', 'lib/providers/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { branches: 95 },
    },
  },
})
