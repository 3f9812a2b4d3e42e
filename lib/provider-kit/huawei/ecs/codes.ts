import type { Action } from '../../../domain/action.ts'
import type { CodeRule, CodeTable } from '../../classify.ts'
import { commonCodes, gatewayCodes } from '../gateway-codes.ts'

const refused: CodeRule = { means: 'rejected' }
/** One server of the call is enough to cause it. */
const refusedNode: CodeRule = { means: 'rejected', perNode: true }
/** It failed on the way to the task or in it: no document says that nothing was done. */
const perhaps: CodeRule = { means: 'ambiguous' }

/** `Ecs.1000` to `Ecs.1300`: failures of Nova, Neutron, Cinder and Glance behind the service. */
const backend: CodeTable = Object.fromEntries(Array.from({ length: 301 }, (_, i) => [`Ecs.${1000 + i}`, perhaps]))

/** Codes of ECS on both clouds (huawei-otc.md, section 6.2), whatever HTTP status they come with. */
const codes: CodeTable = {
  ...gatewayCodes,
  ...commonCodes,
  ...backend,
  'Ecs.0000': perhaps,
  'Ecs.0002': perhaps,
  'Ecs.0003': refused,
  'Ecs.0066': refused,
  'Ecs.0067': refused,
  'Ecs.0068': refused,
  'Ecs.0069': refused,
  'Ecs.0070': refused,
  'Ecs.0071': refused,
  'Ecs.0110': refused,
  'Pdp.0001': refused,
  'Ecs.0004': refused,
  'Ecs.0005': refused,
  'Ecs.0023': refused,
  'Ecs.0100': refusedNode,
  // The native layer's "Cannot 'stop' instance … while it is in vm_state stopped".
  conflictingRequest: refusedNode,
  'Ecs.0114': refusedNode,
  'Ecs.0614': refusedNode,
  // Too many in one batch: halves of it may do.
  'Ecs.0118': refusedNode,
  'Ecs.0513': refusedNode,
  'Ecs.0605': refusedNode,
  // Codes of a server's part of a job; "batch operation failed" does not say of how many.
  'Ecs.0226': perhaps,
  'Ecs.0227': perhaps,
  'Ecs.0501': perhaps,
  'Ecs.0611': perhaps,
  'Ecs.0615': perhaps,
  // 501 "other commands are being executed, try again 1 minute later": on one server, perhaps.
  'Ecs.0603': { means: 'throttled', waitMs: 60_000, perNode: true },
}

const gone: CodeRule = { means: 'achieved', perNode: true }
const codesOfDelete: CodeTable = { ...codes, 'Ecs.0114': gone, 'Ecs.0614': gone }

/** For delete, a server that does not exist is the goal. */
export const ecsCodes = (action: Action): CodeTable => (action === 'delete' ? codesOfDelete : codes)
