import type { CssFleet, CssOddities } from '../../../../infra/local/simulators/css.ts'
import type { Oddity, Scenario } from '../../provider-case.ts'
import { endsWell, isRejected, survivesLostAnswer, survivesLostCall, waitsWhileBusy } from '../../scenarios.ts'
import { endsUnavailable } from './css-scenarios.ts'
import { clusterId, clusters, cssCloud } from './css.ts'
import type { CssPlace } from './css.ts'

/** Every switch of the simulated Cloud Search Service, its values, and what is promised under each. */
export const cssOddities = (place: CssPlace): Record<keyof CssOddities | 'fleet', readonly Oddity[]> => {
  const oddity = (
    value: string,
    oddities: Partial<CssOddities>,
    promise: Scenario,
    fleet: Partial<CssFleet> = {},
  ): Oddity => ({ value, cloud: cssCloud(place, oddities, fleet), promise })
  const failing = { failing: [clusterId] }

  const status = (restartingStatus: CssOddities['restartingStatus'], restartingNodes: CssOddities['restartingNodes']) =>
    oddity(`${restartingStatus}, nodes ${restartingNodes}`, { restartingStatus, restartingNodes }, endsWell)
  const busy = (busyStatus: CssOddities['busyStatus'], errorBody: CssOddities['errorBody']) =>
    oddity(`${busyStatus} ${errorBody}`, { busyStatus, errorBody }, waitsWhileBusy('CSS.0011'))

  return {
    restartReply: (['empty', 'object', 'jobId', 'jobId list'] as const).flatMap((restartReply) => [
      oddity(restartReply, { restartReply }, endsWell),
    ]),
    restartingStatus: [status('100', 'flip'), status('200', 'flip')],
    restartingNodes: [status('100', 'stay'), status('200', 'stay')],
    failureReason: (['failedReason', 'failed_reasons.errorCode', 'failed_reasons.error_code'] as const).map(
      (failureReason) => oddity(failureReason, { failureReason }, endsUnavailable, failing),
    ),
    busyStatus: [busy(409, 'errCode'), busy(202, 'errCode')],
    errorBody: [busy(409, 'error_code'), busy(202, 'error_code')],
    rollingOnV1: (['served', 'missing'] as const).map((rollingOnV1) => oddity(rollingOnV1, { rollingOnV1 }, endsWell)),
    wrongProject: (['Common.0018', 'badRequest'] as const).map((wrongProject) =>
      oddity(wrongProject, { wrongProject }, isRejected(wrongProject), {
        projects: ['5f6c1a0b9d3e4c2f8a7b6c5d4e3f2a1b'],
      }),
    ),
    unseenMs: [
      oddity('seen at once', { unseenMs: [0, 0] }, endsWell),
      oddity('seen late', { unseenMs: [50_000, 55_000] }, endsWell),
      oddity('seen late, lost answer', { unseenMs: [50_000, 55_000] }, survivesLostAnswer),
    ],
    restartMs: [oddity('long', { restartMs: [600_000, 700_000] }, endsWell)],
    rollingNodeMs: [oddity('long', { rollingNodeMs: [300_000, 400_000] }, endsWell)],
    trailingMs: [oddity('long', { trailingMs: [60_000, 90_000] }, endsWell)],
    updatedPrecision: (['second', 'millisecond'] as const).flatMap((updatedPrecision) => [
      oddity(`${updatedPrecision}, lost answer`, { updatedPrecision }, survivesLostAnswer),
      oddity(`${updatedPrecision}, lost call`, { updatedPrecision }, survivesLostCall),
    ]),
    fleet: [
      oddity('a frozen cluster', {}, isRejected('CSS.5301', true), {
        clusters: clusters.map((cluster) => ({ ...cluster, frozen: true })),
      }),
      oddity('a cluster that is not there', {}, isRejected('CSS.0015', true), { clusters: [] }),
    ],
  }
}
