import type { Action } from '../../../domain/action.ts'
import type { CodeRule, CodeTable } from '../../classify.ts'
import { ecsCodes } from '../ecs/codes.ts'

const refused: CodeRule = { means: 'rejected' }
const refusedNode: CodeRule = { means: 'rejected', perNode: true }
const achievedNode: CodeRule = { means: 'achieved', perNode: true }
/** The document's own words: retry later. */
const later: CodeRule = { means: 'throttled', waitMs: 30_000 }

/** A physical server takes minutes. */
export const BMS_BUSY_WAIT_MS = 60_000
/** At an action: one server of the call is enough to cause it. */
const busy: CodeRule = { means: 'throttled', waitMs: BMS_BUSY_WAIT_MS, perNode: true }

/** Codes of BMS on both clouds (huawei-otc.md, section 3); nearly all come with HTTP 400, whatever they mean. */
const codes: CodeTable = {
  // OTC serves BMS from the host of ECS, whose words then come through, and both have the gateway's.
  ...ecsCodes('restart'),
  'BMS.0001': refused,
  'BMS.0002': refused,
  'BMS.0003': refused,
  'BMS.0018': refused,
  'BMS.0022': refused,
  // Count out of range: halves of the batch may do.
  'BMS.0205': refusedNode,
  'BMS.0004': refused,
  'BMS.0005': refused,
  'BMS.0032': refused,
  'BMS.0033': refused,
  'BMS.0288': refused,
  'BMS.3011': refused,
  // The task could not be created.
  'BMS.0006': later,
  'BMS.1006': later,
  // "System is overloaded, please try again later", with HTTP 400.
  'BMS.0212': later,
  'BMS.0035': busy,
  'BMS.0036': busy,
  'BMS.0037': busy,
  // Already running, already stopped: for another action than start and stop, the wrong state.
  'BMS.0038': refusedNode,
  'BMS.0039': refusedNode,
  'BMS.0040': refusedNode,
  // Calling an interface failed: perhaps after it acted.
  'BMS.1007': { means: 'ambiguous' },
}

const codesOfStart: CodeTable = { ...codes, 'BMS.0038': achievedNode }
const codesOfStop: CodeTable = { ...codes, 'BMS.0039': achievedNode }

/** "Already running" is the goal of start, "already stopped" that of stop. */
export const bmsCodes = (action: Action): CodeTable => {
  if (action === 'start') return codesOfStart
  return action === 'stop' ? codesOfStop : codes
}
