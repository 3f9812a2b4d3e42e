import type { Unreadable } from '../provider-kit/unreadable.ts'

/** A look that could not even be tried (no credentials, say) is a failed look, and says nothing of the nodes. */
export const unreadableLook = (error: unknown): Unreadable => ({
  kind: 'unreadable',
  code: error instanceof Error ? error.name : 'Error',
  reason: error instanceof Error ? error.message : 'the look failed',
  waitMs: null,
  auth: false,
})
