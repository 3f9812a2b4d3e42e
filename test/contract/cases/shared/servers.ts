import { createBmsSimulator, createEcsSimulator } from '../../../../infra/local/simulators/ecs.ts'
import type { Fleet, Oddities } from '../../../../infra/local/simulators/ecs/options.ts'
import type { Action } from '../../../../lib/domain/action.ts'
import type { Cloud, ProviderCase, Sample } from '../../provider-case.ts'
import { asRaw, gatewayLimits, huaweiCredentials, huaweiSkewsMs, ordinary, serviceError, temporary } from './huawei.ts'

export type Service = 'ecs' | 'bms'
export type Place = { service: Service; region: string; projectId: string }

/** The two servers of the documents' examples, and made-up ones after them. */
const documented = ['616fb98f-46ca-475e-917e-2563e5a8cd19', '726fb98f-46ca-475e-917e-2563e5a8cd20']
const madeUp = (n: number): string => `836fb98f-46ca-475e-917e-${String(n).padStart(12, '0')}`
export const serverIds = [...documented, ...Array.from({ length: 28 }, (_, n) => madeUp(n))]
/** Not in the fleet. */
export const missingServer = '000fb98f-46ca-475e-917e-2563e5a8cd19'

const samplesOf = ({ service, region, projectId }: Place): Sample[] => {
  const sample = (name: string, action: Action, options: Sample['options'], count = 2): Sample => ({
    name,
    action,
    target: { region, projectId },
    nodeIds: serverIds.slice(0, count),
    otherIds: serverIds.slice(count, 2 * count),
    options,
    noted: action,
  })
  const common = [
    sample('restart', 'restart', {}),
    sample('restart of one server', 'restart', {}, 1),
    // Too many to be asked for one by one.
    sample('restart of 12 servers', 'restart', { mode: 'hard' }, 12),
    sample('start', 'start', {}),
    sample('stop', 'stop', {}),
  ]
  return service === 'bms'
    ? common
    : [
        ...common,
        sample('restart by force', 'restart', { mode: 'hard' }),
        sample('delete', 'delete', {}),
        sample(
          'delete of 12 servers with all that is theirs',
          'delete',
          {
            delete_publicip: true,
            delete_volume: true,
          },
          12,
        ),
      ]
}

/** A project with all servers of the samples in the state that the action needs. */
export const serverCloud =
  ({ service, projectId }: Place, oddities: Partial<Oddities> = {}, fleet: Partial<Fleet> = {}): Cloud =>
  ({ clock, action, failing }) => {
    const status = action === 'start' ? 'SHUTOFF' : 'ACTIVE'
    const create = service === 'ecs' ? createEcsSimulator : createBmsSimulator
    return create({
      clock,
      seed: 11,
      credentials: [ordinary, temporary],
      fleet: {
        unknown: 'missing',
        servers: serverIds.map((id) => ({ id, projectId, status })),
        failing: Object.fromEntries(failing.map((id) => [id, failureOf(service, action)])),
        ...fleet,
      },
      oddities,
    })
  }

const failureOf = (service: Service, action: Action): { code: string; message: string } => {
  if (service === 'bms') return { code: 'BMS.1006', message: 'Server status is null, please try later.' }
  const code = { restart: 'Ecs.0227', start: 'Ecs.0226', stop: 'Ecs.1217', delete: 'Ecs.0501' }[action]
  return { code, message: `Failed to ${action} the ECS.` }
}

const refusalCode: Record<Service, string> = { ecs: 'Ecs.0005', bms: 'BMS.0018' }

/** "Flow limit exceeded" comes as a success; "overloaded" and "busy" as a bad request (sections 3 and 6.2). */
const serviceLimits: Record<Service, ProviderCase['flowLimits']> = {
  ecs: {
    'other commands are being executed': {
      reply: serviceError(501, 'Ecs.0603', 'Other commands are being executed. Try again 1 minute later.'),
      waitMs: 60_000,
    },
  },
  bms: {
    'an overloaded system': {
      reply: serviceError(400, 'BMS.0212', 'System is overloaded, please try again later.'),
      waitMs: 30_000,
    },
    'a server that is rebooting': {
      reply: serviceError(400, 'BMS.0037', 'Server is rebooting, not allow to reboot.'),
      waitMs: 60_000,
    },
  },
}

/** What ECS and BMS have in common in the eyes of the suite. */
export const serverCase = (place: Place, oddities: ProviderCase['oddities']): ProviderCase => ({
  ...huaweiCredentials,
  samples: samplesOf(place),
  cloud: serverCloud(place),
  failure: (action) => ({ code: failureOf(place.service, action).code, others: 'succeeded' }),
  refusal: (message) => asRaw(serviceError(400, refusalCode[place.service], message)),
  flowLimits: {
    ...gatewayLimits,
    ...serviceLimits[place.service],
    'a 202 with Common.0024 inside': {
      reply: serviceError(202, 'Common.0024', 'Flow limit exceeded.'),
      waitMs: 5_000,
    },
    'OTC’s Common.1503': { reply: serviceError(429, 'Common.1503', 'API flow control.'), waitMs: 5_000 },
    'Huawei’s Common.1503': { reply: serviceError(503, 'Common.1503', 'API flow control.'), waitMs: 5_000 },
  },
  isEmptySuccess: false,
  unknownStatus: (body) => body.replaceAll(/"status":"(?:INIT|RUNNING|SUCCESS|FAIL)"/g, '"status":"PENDING_PAYMENT"'),
  missingJob: ({ nodeIds }) => ({ jobIds: ['ff8080829585af7f0195c1e776d9475c'], nodeIds }),
  skewsMs: huaweiSkewsMs,
  oddities,
})
