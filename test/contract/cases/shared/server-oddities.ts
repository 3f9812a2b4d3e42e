import type { Fleet, Oddities } from '../../../../infra/local/simulators/ecs/options.ts'
import type { Action } from '../../../../lib/domain/action.ts'
import type { Oddity, Scenario } from '../../provider-case.ts'
import { endsWell, isRejected, staysOpen, survivesLostAnswer, survivesLostCall, waitsWhileBusy } from '../../scenarios.ts'
import { keepsTheMinute, oneIsMissing, oneIsWrong, sentHard, tellsTheFailure } from './server-scenarios.ts'
import { serverCloud, serverIds } from './servers.ts'
import type { Place } from './servers.ts'

const power: readonly Action[] = ['restart', 'start', 'stop']

/** Every switch of the simulated ECS and BMS, all its values, and what is promised under each. */
export const serverOddities = (place: Place): Record<keyof Oddities | 'fleet', readonly Oddity[]> => {
  const isEcs = place.service === 'ecs'
  const with_ = (value: string, oddities: Partial<Oddities>, promise: Scenario, actions?: readonly Action[]): Oddity => ({
    value,
    cloud: serverCloud(place, oddities),
    promise,
    ...(actions === undefined ? {} : { actions }),
  })
  const fleet = (value: string, changes: Partial<Fleet>, promise: Scenario, actions?: readonly Action[]): Oddity => ({
    value,
    cloud: serverCloud(place, {}, changes),
    promise,
    ...(actions === undefined ? {} : { actions }),
  })
  const { projectId } = place
  /** The first server is at the goal of start or stop already, or shut off before a restart. */
  const firstIsWrong = (action: Action): Partial<Fleet> => {
    const [right, wrong] = action === 'start' ? (['SHUTOFF', 'ACTIVE'] as const) : (['ACTIVE', 'SHUTOFF'] as const)
    return { servers: serverIds.map((id, n) => ({ id, projectId, status: n === 0 ? wrong : right })) }
  }
  const wrongState = (value: Oddities['wrongState']): Oddity[] =>
    power.map((action) => ({
      value: `${value}, ${action}`,
      cloud: serverCloud(place, { wrongState: value }, firstIsWrong(action)),
      promise: oneIsWrong(place.service, value),
      actions: [action],
    }))

  return {
    submitStatus: [
      ...([200, 202, 204, 'mixed'] as const).map((value) => with_(String(value), { submitStatus: value }, endsWell)),
      with_('204, a node fails', { submitStatus: 204 }, endsWell),
    ].slice(0, 4),
    flowLimit: [
      with_('Common.0024', { flowLimit: 'Common.0024', serversPerMinute: 12 }, isEcs ? keepsTheMinute : endsWell, power),
      with_('APIGW.0308', { flowLimit: 'APIGW.0308', serversPerMinute: 12 }, isEcs ? keepsTheMinute : endsWell, power),
    ],
    serversPerMinute: [with_('many', { serversPerMinute: 100_000 }, endsWell)],
    missing: [
      with_('request', { missing: 'request' }, oneIsMissing(place.service, 'request')),
      with_('sub-job', { missing: 'sub-job' }, oneIsMissing(place.service, 'sub-job')),
    ],
    wrongState: [...wrongState('request'), ...wrongState('sub-job')],
    busy: (['Ecs.0100', 'Ecs.0603'] as const).flatMap((value) =>
      power.map((action) =>
        with_(`${value}, ${action}`, { busy: value }, waitsWhileBusy(isEcs ? value : busyCodes[action]), [action]),
      ),
    ),
    bmsSoft: (['as-hard', 'no-effect', 'refused'] as const).map((value) =>
      with_(value, { bmsSoft: value }, isEcs ? endsWell : sentHard, ['restart', 'stop']),
    ),
    subJobEntities: (['object', 'array'] as const).map((value) =>
      with_(value, { subJobEntities: value }, tellsTheFailure),
    ),
    subJobOrder: (['shifting', 'request'] as const).map((value) =>
      with_(value, { subJobOrder: value }, tellsTheFailure),
    ),
    wrongProject: (['Common.0018', 'badRequest'] as const).map((value) => ({
      value,
      cloud: serverCloud(place, { wrongProject: value }, { projects: ['5f6c1a0b9d3e4c2f8a7b6c5d4e3f2a1b'] }),
      promise: isRejected(value),
    })),
    updatedPrecision: (['second', 'millisecond'] as const).flatMap((value) => [
      with_(`${value}, lost answer`, { updatedPrecision: value }, survivesLostAnswer),
      with_(`${value}, lost call`, { updatedPrecision: value }, survivesLostCall),
    ]),
    fleet: [
      fleet('a stuck server', { stuck: serverIds.slice(0, 1) }, staysOpen(() => serverIds.slice(0, 1)), ['start']),
      ...(isEcs
        ? [
            fleet(
              'a yearly server',
              { servers: serverIds.map((id, n) => ({ id, projectId, prepaid: n === 0 })) },
              isRejected('Ecs.0513', true),
              ['delete'],
            ),
          ]
        : []),
    ],
  }
}

const busyCodes: Record<Action, string> = {
  restart: 'BMS.0037',
  start: 'BMS.0035',
  stop: 'BMS.0036',
  delete: 'BMS.0037',
}
