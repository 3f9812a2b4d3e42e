import type { Action } from '../../../domain/action.ts'
import type { Options } from '../../../domain/work.ts'
import type { CodeTable } from '../../classify.ts'

/** What one service with servers differs in from another: ECS and BMS have the same calls, jobs and documents. */
export type ServerService = {
  /** Word of the path: `cloudservers`, `baremetalservers`. */
  collection: string
  codes: (action: Action) => CodeTable
  /** A server is not in the state that the action needs: a look at it tells which. */
  stateConflict: ReadonlySet<string>
  /** How long to wait for a server that is at another action, ms. */
  busyWaitMs: number
  /** The body of the call, as the exact text that is sent. */
  body: (action: Action, options: Options, nodeIds: readonly string[]) => string
}

/** Codes for a server that does not exist (huawei-otc.md, sections 3 and 6.2). */
export const ABSENT: ReadonlySet<string> = new Set(['Ecs.0114', 'Ecs.0614', 'BMS.0040'])
