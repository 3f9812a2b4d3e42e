import { bury } from '../../functions/dead-letter/bury.ts'
import { invoke, type InvokeDeps } from '../../functions/invoker/invoke.ts'
import type { PollDeps } from '../../functions/poller/pass.ts'
import { workOn } from '../../functions/poller/work-on.ts'
import type { BatchMessage } from '../../lib/domain/ports.ts'
import type { IntakeDeps } from '../../lib/flow/intake/taken.ts'
import type { Life } from './life.ts'

/** What one invocation works with. */
export type Deps = IntakeDeps & InvokeDeps & PollDeps & { life: Life }

/** What the platform runs on a message, on its schedule, and on a dead letter. */
export type Functions = {
  invoke: (message: BatchMessage, deps: Deps) => Promise<void>
  poll: (holder: string, termMs: number, deps: Deps) => Promise<unknown>
  bury: typeof bury
}

export const drover: Functions = { invoke, poll: workOn, bury }
