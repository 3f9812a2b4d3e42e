import type { Fleet, Oddities } from '../../../../infra/local/simulators/ecs/options.ts'
import type { Action } from '../../../../lib/domain/action.ts'
import type { Oddity, Scenario } from '../../provider-case.ts'
import {
  endsWell,
  isRejected,
  staysOpen,
  survivesLostAnswer,
  survivesLostCall,
  waitsWhileBusy,
} from '../../scenarios.ts'
import {
  firstFails,
  firstIsInWrongState,
  keepsTheMinute,
  oneIsMissing,
  PER_MINUTE,
  sentHard,
} from './server-scenarios.ts'
import { serverCloud, serverIds } from './servers.ts'
import type { Place } from './servers.ts'

const power: readonly Action[] = ['restart', 'start', 'stop']
const bmsBusy: Record<Action, string> = {
  restart: 'BMS.0037',
  start: 'BMS.0035',
  stop: 'BMS.0036',
  delete: 'BMS.0037',
}

/** Every switch of the simulated ECS and BMS, all its values, and what is promised under each. */
export const serverOddities = (place: Place): Record<keyof Oddities | 'fleet', readonly Oddity[]> => {
  const { projectId, service } = place
  const isEcs = service === 'ecs'
  const oddity = (
    value: string,
    oddities: Partial<Oddities>,
    promise: Scenario,
    actions?: readonly Action[],
    fleet: Partial<Fleet> = {},
  ): Oddity => ({
    value,
    cloud: serverCloud(place, oddities, fleet),
    promise,
    ...(actions === undefined ? {} : { actions }),
  })
  const first = serverIds[0] ?? ''
  const failing = { failing: { [first]: { code: 'Ecs.0219', message: 'No valid host was found.' } } }

  const perMinute = (flowLimit: Oddities['flowLimit']) =>
    oddity(flowLimit, { flowLimit, serversPerMinute: PER_MINUTE }, isEcs ? keepsTheMinute : endsWell, power)
  const missing = (value: Oddities['missing']) => oddity(value, { missing: value }, oneIsMissing(service, value))
  const wrongState = (value: Oddities['wrongState']) =>
    power.map((action) => {
      const [right, wrong] = action === 'start' ? (['SHUTOFF', 'ACTIVE'] as const) : (['ACTIVE', 'SHUTOFF'] as const)
      const servers = serverIds.map((id) => ({ id, projectId, status: id === first ? wrong : right }))
      const promise = firstIsInWrongState(service, value)
      return oddity(`${value}, ${action}`, { wrongState: value }, promise, [action], { servers })
    })
  const busy = (value: Oddities['busy']) =>
    power.map((action) =>
      oddity(`${value}, ${action}`, { busy: value }, waitsWhileBusy(isEcs ? value : bmsBusy[action]), [action]),
    )

  return {
    submitStatus: ([200, 202, 204, 'mixed'] as const).map((value) =>
      oddity(String(value), { submitStatus: value }, endsWell),
    ),
    flowLimit: [perMinute('Common.0024'), perMinute('APIGW.0308')],
    serversPerMinute: [oddity('many', { serversPerMinute: 100_000 }, endsWell)],
    missing: [missing('request'), missing('sub-job')],
    wrongState: [...wrongState('request'), ...wrongState('sub-job')],
    busy: [...busy('Ecs.0100'), ...busy('Ecs.0603')],
    bmsSoft: (['as-hard', 'no-effect', 'refused'] as const).map((value) =>
      oddity(value, { bmsSoft: value }, isEcs ? endsWell : sentHard, ['restart', 'stop']),
    ),
    subJobEntities: (['object', 'array'] as const).map((value) =>
      oddity(value, { subJobEntities: value }, firstFails, undefined, failing),
    ),
    subJobOrder: (['shifting', 'request'] as const).map((value) =>
      oddity(value, { subJobOrder: value }, firstFails, undefined, failing),
    ),
    wrongProject: (['Common.0018', 'badRequest'] as const).map((value) =>
      oddity(value, { wrongProject: value }, isRejected(value), undefined, {
        projects: ['5f6c1a0b9d3e4c2f8a7b6c5d4e3f2a1b'],
      }),
    ),
    updatedPrecision: (['second', 'millisecond'] as const).flatMap((value) => [
      oddity(`${value}, lost answer`, { updatedPrecision: value }, survivesLostAnswer),
      oddity(`${value}, lost call`, { updatedPrecision: value }, survivesLostCall),
    ]),
    fleet: [
      oddity('a stuck server', {}, staysOpen([first]), ['start'], { stuck: [first] }),
      ...(isEcs
        ? [
            oddity('a yearly server', {}, isRejected('Ecs.0513', true), ['delete'], {
              servers: serverIds.map((id) => ({ id, projectId, prepaid: id === first })),
            }),
          ]
        : []),
    ],
  }
}
