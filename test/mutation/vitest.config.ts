import { defineConfig } from 'vitest/config'

/** The unit tests alone: each mutant is run against the few of them that reach it. */
export default defineConfig({
  test: { include: ['**/*.test.ts'], restoreMocks: true },
})
