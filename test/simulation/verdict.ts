import { isEnded, type Batch } from '../../lib/domain/batch.ts'
import { endStatus, hasEnded, type Operation } from '../../lib/domain/operation.ts'
import { addCounts, noCounts, type NodeOutcome } from '../../lib/domain/outcome.ts'
import { outcomesOf } from '../../lib/domain/result.ts'
import type { Asks, Clouds } from './asks.ts'
import type { Acts } from './cloud/acts.ts'
import { GOAL } from './cloud/servers.ts'
import { judgePublished } from './published.ts'
import type { Table } from './table.ts'
import type { Watch } from './watch.ts'

export type VerdictNeeds = {
  table: Table
  watch: Watch
  asks: Asks
  acts: Acts
  clouds: Clouds
  askers: { events: ReadonlySet<string> }
}

/** Looks within an hour, the longest deadline, at up to ten servers each; tries, and one more for each half. */
const MOST_READS = 3_000
const MOST_SUBMITS = 200

/** Judges a run in which nothing is open any more: every accepted operation, whole, ended, published and true. */
export const judge = (needs: VerdictNeeds): void => {
  const { table, watch } = needs
  const alarms = new Set<string>()
  for (const operation of table.operations.values()) {
    if (operation.status === 'PLANNING') continue
    if (operation.trigger === 'alarm') {
      const alarm = operation.reason ?? ''
      if (alarms.has(alarm)) watch.violate('S1', operation.operationId, `acts on an alarm that was acted on: ${alarm}`)
      alarms.add(alarm)
    }
    if (!hasEnded(operation)) watch.violate('S2', operation.operationId, `never ended: ${operation.status}`)
    else judgeOperation(operation, needs)
  }
  judgePublished(needs)
  judgeEvents(needs)
}

/** What came as an event is one operation, however often it came and was put back, or a letter that says why it is none. */
const judgeEvents = ({ table, watch, askers }: VerdictNeeds): void => {
  const first = [...table.operations.values()].filter(
    ({ status, retryOf }) => status !== 'PLANNING' && retryOf === null,
  )
  const byMarker = Map.groupBy(first, ({ reason }) => reason)
  const bodies = [...table.letters.keys()].map((letterId) => table.letterBody(letterId))
  for (const marker of askers.events) {
    const made = byMarker.get(marker)?.length ?? 0
    if (made > 1) watch.violate('S1', marker, `one event, ${made} operations`)
    if (made === 0 && !bodies.some((body) => body.includes(`"reason":"${marker}"`)))
      watch.violate('S2', marker, 'an event that is neither an operation nor a letter')
  }
}

const judgeOperation = (operation: Operation, needs: VerdictNeeds): void => {
  const { table, watch, asks, acts } = needs
  const { operationId } = operation
  const batches = table.batches(operationId).filter(({ state }) => state !== 'SPLIT')
  const ids: string[] = []
  let counts = noCounts
  for (const batch of batches) {
    if (!isEnded(batch)) {
      watch.violate('S2', operationId, `ended with an open batch: ${batch.batchId} ${batch.state}`)
      return
    }
    const nodeIds = table.nodeIds(batch.batchId)
    const outcomes = outcomesOf(batch, nodeIds, table.results(batch.batchId))
    ids.push(...nodeIds)
    counts = addCounts(counts, batch.counts)
    if (outcomes.some(({ outcome }) => outcome === 'pending' || outcome === 'running'))
      watch.violate('S2', batch.batchId, 'ended with an open node')
    for (const outcome of outcomes) judgeNode(operation, batch, outcome, needs)
  }

  const { GET, POST } = acts.callsOf(operationId)
  if (GET > MOST_READS * batches.length || POST > MOST_SUBMITS * batches.length)
    watch.violate('S7', operationId, `${GET} reads and ${POST} submissions of ${batches.length} batches`)

  const asked = asks.of(operation.reason)
  const expected = new Set(asked?.nodeIds)
  // A retry is about the failed ones, and an alarm about the server that it came from.
  const isPart = operation.retryOf !== null || operation.trigger === 'alarm'
  const whole = new Set(ids).size === ids.length && (isPart || ids.length === expected.size)
  if (!whole || ids.some((id) => !expected.has(id)))
    watch.violate('S2', operationId, `its batches are not its nodes: ${ids.length} of ${expected.size}`)
  if (JSON.stringify(counts) !== JSON.stringify(operation.counts))
    watch.violate(
      'S2',
      operationId,
      `counts ${JSON.stringify(operation.counts)}, its batches ${JSON.stringify(counts)}`,
    )
  if (operation.status !== endStatus(counts, operation.cancelledAt !== null))
    watch.violate('S2', operationId, `ended as ${operation.status}`)
}

/** What is said of a node is what was done to it; of one that several requests name, states cannot tell by whom. */
const judgeNode = (
  operation: Operation,
  batch: Batch,
  { nodeId, outcome, code }: NodeOutcome,
  needs: VerdictNeeds,
): void => {
  const { watch, asks, acts } = needs
  const act = acts.of(operation.operationId, nodeId)
  const lie = (what: string) => watch.violate('truth', batch.batchId, `${nodeId} is ${outcome} (${code}) and ${what}`)
  if (outcome === 'skipped' && act !== undefined) lie(`was acted on at ${new Date(act.at).toISOString()}`)
  if (asks.isShared(nodeId)) return
  if (outcome === 'succeeded') {
    const hasJob = isEnded(batch) && batch.jobIds.length > 0
    if (act === undefined && !isAtGoal(operation, nodeId, needs.clouds)) lie('was never acted on')
    if (act?.ok !== true && act !== undefined && hasJob && !isAtGoal(operation, nodeId, needs.clouds)) lie('failed')
  }
  if (outcome === 'failed' && act?.ok === true) lie('went well')
}

const isAtGoal = ({ provider, action, target }: Operation, nodeId: string, clouds: Clouds): boolean => {
  if (action === 'restart') return false
  if (provider === 'qingcloud-ehpc') {
    const hpc = clouds[provider]
    if (action === 'delete') return hpc.cluster(target['clusterId'] ?? '')?.nodes.has(nodeId) !== true
    return hpc.cluster(nodeId)?.status === (action === 'start' ? 'active' : 'stopped')
  }
  if (
    provider !== 'otc-ecs' &&
    provider !== 'huaweicloud-ecs' &&
    provider !== 'otc-bms' &&
    provider !== 'huaweicloud-bms'
  )
    return false
  const server = clouds[provider].server(target['projectId'] ?? '', nodeId)
  return server === undefined ? action === 'delete' : server.status === GOAL[action]
}
