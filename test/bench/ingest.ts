import { packedIds } from '../../lib/aws/ledger/packed-ids.ts'
import { parseRequest } from '../../lib/domain/parse-request.ts'
import { plan } from '../../lib/domain/plan.ts'
import { providers } from '../../lib/providers/registry.ts'
import { cpuTimes } from './cpu-time.ts'
import { heapDuring } from './heap.ts'
import { naiveIngest } from './naive-ingest.ts'
import { against, fixed, note, printTable, ratio } from './print.ts'
import { randomUuids } from './random-uuids.ts'

const { manifest } = providers['otc-ecs']

/** Everything that ingest does with a body before it writes: parse, check, deduplicate, hash, cut, pack. */
const ingest = (text: string) => {
  const planned = plan(
    parseRequest(JSON.parse(text), () => manifest),
    manifest,
  )
  return planned.batches.map(packedIds)
}

const bodyOf = (nodes: number): string =>
  JSON.stringify({
    provider: 'otc-ecs',
    action: 'restart',
    target: { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' },
    nodeIds: randomUuids(nodes, 5),
  })

const GOAL_MICROS = 0.5

const timeRow = (nodes: number, times: number): string[] => {
  const text = bodyOf(nodes)
  const [ours = Number.NaN, peer = Number.NaN] = cpuTimes([() => ingest(text), () => naiveIngest(text)], { times })
  const micros = ours / nodes
  const [shown, goal] =
    nodes === 100_000 ? against(fixed(micros, 3), `≤ ${GOAL_MICROS}`, micros <= GOAL_MICROS) : [fixed(micros, 3), '']
  return [nodes.toLocaleString('en'), fixed(ours / 1000, 3), shown, goal, fixed(peer / nodes, 3), ratio(ours, peer)]
}

/** Figure 4: CPU time and memory of taking a request in. */
export const ingesting = (): void => {
  const rows = [timeRow(1, 1_000), timeRow(1_000, 20), timeRow(100_000, 1)]
  const head = ['nodes', 'ms/request', 'µs/node', 'goal', 'naive µs/node', 'to naive']
  printTable('4. Ingest: CPU time from the body to packed batches', head, rows)
  const text = bodyOf(100_000)
  const { peak, growth } = heapDuring(() => ingest(text), 20)
  note(
    `Memory, 100,000 nodes: the heap peaks at ${fixed(peak, 0)} MB over 20 requests in a row and keeps ${fixed(growth, 1)} MB of them.`,
    'Naive: one zod schema for all of it, a set, a sorted copy, a hash of JSON, batches as JSON.',
  )
}
