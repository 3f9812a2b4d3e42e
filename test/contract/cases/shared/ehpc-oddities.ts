import type { EhpcFleet, EhpcOddities } from '../../../../infra/local/simulators/ehpc.ts'
import type { Action } from '../../../../lib/domain/action.ts'
import type { Oddity, ProviderCase, Scenario } from '../../provider-case.ts'
import { endsWell, isRejected, survivesLostAnswer, survivesLostCall, waitsWhileBusy } from '../../scenarios.ts'
import { isNeverASuccess, endsAs, isOverQuota, takesASecond } from './ehpc-scenarios.ts'
import { ehpcCloud, clusterIds, nodeIds, zone } from './ehpc.ts'

const oddity = (
  value: string,
  oddities: Partial<EhpcOddities>,
  promise: Scenario,
  actions?: readonly Action[],
  fleet: Partial<EhpcFleet> = {},
): Oddity => ({ value, cloud: ehpcCloud(oddities, fleet), promise, ...(actions === undefined ? {} : { actions }) })

const pending = { waiting: 'pending', running: 'pending', failed: 'failed' }
/** Everything that a sample names fails. */
const failing = { failing: [...nodeIds, ...clusterIds] }
const onNodes: readonly Action[] = ['restart', 'delete']

/** Every switch of the simulated EHPC, its values, and what is promised under each. */
export const ehpcOddities: Record<keyof EhpcOddities | 'fleet', readonly Oddity[]> & ProviderCase['oddities'] = {
  jobIdForm: (['job_id', 'job_ids string', 'job_ids array'] as const).map((jobIdForm) =>
    oddity(jobIdForm, { jobIdForm }, endsWell),
  ),
  invisiblePolls: [
    oddity('2', { invisiblePolls: 2 }, endsWell),
    oddity('2, lost answer', { invisiblePolls: 2 }, survivesLostAnswer),
  ],
  words: [
    oddity('working', { words: { ...pending, running: 'working' } }, endsWell),
    oddity('a word nobody knows', { words: { ...pending, waiting: 'queued', running: 'unheard of' } }, endsWell),
    oddity('failed', {}, endsAs('failed'), undefined, failing),
    oddity(
      'done with failure',
      { words: { ...pending, failed: 'done with failure' } },
      endsAs('done with failure'),
      undefined,
      failing,
    ),
  ],
  retentionMs: [
    oddity('long', { retentionMs: 86_400_000 }, endsWell),
    oddity('none', { retentionMs: 0 }, isNeverASuccess),
  ],
  retCode: [
    oddity('number', { retCode: 'number' }, endsWell),
    oddity('string', { retCode: 'string' }, endsWell),
    oddity('string, busy', { retCode: 'string' }, waitsWhileBusy('1400')),
  ],
  busyCluster: [
    oddity('refuse', { busyCluster: 'refuse' }, waitsWhileBusy('1400')),
    oddity('allow', { busyCluster: 'allow' }, takesASecond, onNodes),
  ],
  signature: (['strict', 'lenient'] as const).map((signature) => oddity(signature, { signature }, endsWell)),
  quota: [oddity('1', { quota: 1 }, isOverQuota)],
  nodeJobMs: [oddity('long', { nodeJobMs: [100_000, 120_000] }, endsWell)],
  clusterJobMs: [oddity('long', { clusterJobMs: [900_000, 1_000_000] }, endsWell)],
  healthLagMs: [
    oddity('none', { healthLagMs: 0 }, endsWell),
    oddity('long, lost answer', { healthLagMs: 3_600_000 }, survivesLostAnswer),
    oddity('long, lost call', { healthLagMs: 3_600_000 }, survivesLostCall),
  ],
  fleet: [
    oddity('a cluster that is not there', {}, isRejected('2100'), undefined, { clusters: [] }),
    oddity('a cluster of another zone', {}, isRejected('2100'), undefined, {
      clusters: clusterIds.map((clusterId) => ({ clusterId, zone: `${zone}2`, nodes: [] })),
    }),
  ],
}
