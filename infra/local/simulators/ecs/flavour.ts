import type { Action, Server } from './state.ts'
import type { Oddities } from './options.ts'

/** A refusal of one server or of a whole request. */
export type Refusal = { status: number; code: string; message: string }

/** What differs between the two services; all else is one engine. */
export type Flavour = {
  name: 'ecs' | 'bms'
  collection: 'cloudservers' | 'baremetalservers'
  chargingKey: string
  headers: Record<string, string>
  dashedJobIds: boolean
  jobTypes: (action: Action) => { parent: string; sub: string }
  /** How long a server's part of a job takes, ms. */
  subJobMs: readonly [number, number]
  hasFlowLimit: boolean
  /** Yearly/monthly servers cannot be deleted; delete must say what becomes of the elastic IP. */
  needsDeletePublicip: boolean
  illegalBody: Refusal
  tooMany: Refusal
  missing: (id: string) => Refusal
  prepaid: Refusal
  /** A server at rest in a state the action cannot start from. */
  wrongState: (action: Action, server: Server) => Refusal
  busy: (running: Action, oddities: Oddities) => Refusal
  /** The code and text of a drawn failure. */
  failure: (action: Action) => { code: string; message: string }
}

const bad = (code: string, message: string, status = 400): Refusal => ({ status, code, message })

/** ECS API reference: "Error Codes", "Responses (Jobs)"; the job types are those of a recorded restart. */
export const ecs: Flavour = {
  name: 'ecs',
  collection: 'cloudservers',
  chargingKey: 'charging_mode',
  headers: { server: 'api-gateway' },
  dashedJobIds: false,
  jobTypes: (action) =>
    action === 'delete'
      ? { parent: 'deleteVMs', sub: 'deleteSingleServer' }
      : { parent: 'serversAction', sub: 'serverActions' },
  subJobMs: [15_000, 35_000],
  hasFlowLimit: true,
  needsDeletePublicip: false,
  illegalBody: bad('Ecs.0005', 'request body is illegal.'),
  tooMany: bad('Ecs.0118', 'The number of servers in one batch exceeds 1000.'),
  missing: (id) => bad('Ecs.0114', `Instance[${id}] could not be found.`, 404),
  prepaid: bad('Ecs.0513', 'A yearly/monthly ECS cannot be deleted.'),
  wrongState: (action, server) =>
    bad('Ecs.0100', `The ECS status does not meet requirements: ${action} of ${server.id} in ${server.status}.`),
  busy: (running, { busy }) =>
    busy === 'Ecs.0100'
      ? bad('Ecs.0100', `The ECS status does not meet requirements: ${running} is being executed.`)
      : bad('Ecs.0603', 'Other commands are being executed. Try again 1 minute later.', 501),
  failure: (action) => ECS_FAILURES[action],
}

// The documents name no code for a failed stop; the code of a failed batch stands in.
const ECS_FAILURES: Record<Action, { code: string; message: string }> = {
  restart: { code: 'Ecs.0227', message: 'Failed to restart the ECS.' },
  start: { code: 'Ecs.0226', message: 'Failed to start the ECS.' },
  stop: { code: 'Ecs.0611', message: 'The batch operation failed.' },
  delete: { code: 'Ecs.0501', message: 'Failed to delete the ECS.' },
}

const BMS_BUSY: Record<Action, string> = {
  start: 'BMS.0035',
  stop: 'BMS.0036',
  restart: 'BMS.0037',
  delete: 'BMS.0037',
}

/** BMS API reference, "Error Codes"; headers as the web application firewall of bms hosts sends them. */
export const bms: Flavour = {
  name: 'bms',
  collection: 'baremetalservers',
  chargingKey: 'chargingMode',
  headers: {
    server: 'CloudWAF',
    'set-cookie': 'HWWAFSESID=a1b2c3d4e5f60718293; path=/, HWWAFSESTIME=1767607200000; path=/',
  },
  dashedJobIds: true,
  jobTypes: () => ({ parent: 'baremetalBatchOperate', sub: 'baremetalSingleOperate' }),
  subJobMs: [300_000, 900_000],
  hasFlowLimit: false,
  needsDeletePublicip: true,
  illegalBody: bad('BMS.0018', 'Invalid parameter.'),
  tooMany: bad('BMS.0205', 'The number of servers is out of range.'),
  missing: (id) => bad('BMS.0040', `Server ${id} does not exist.`),
  prepaid: bad('BMS.0018', 'A yearly/monthly BMS cannot be deleted.'),
  wrongState: (action, server) =>
    server.status === 'ACTIVE'
      ? bad('BMS.0038', `Server is already running, not allow to ${action}.`)
      : bad('BMS.0039', `Server is already stopped, not allow to ${action}.`),
  busy: (running) => bad(BMS_BUSY[running], `Server is ${BUSY_WORDS[running]}, not allow to operate.`),
  failure: () => ({ code: 'BMS.0006', message: 'Fail to operate baremetal server.' }),
}

const BUSY_WORDS: Record<Action, string> = {
  start: 'powering on',
  stop: 'powering off',
  restart: 'rebooting',
  delete: 'deleting',
}
