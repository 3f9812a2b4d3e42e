import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { resultsOf } from '../../../lib/aws/ledger/results-body.ts'
import { startTable } from '../../helpers/table.ts'
import { aBatch, aResult, NOW, resultMap, uuids } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)
const stored = (operationId: string, sk: string) => table.stored(`OP#${operationId}`, sk)

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

describe('results', () => {
  const write = async (count: number) => {
    const batch = aBatch()
    const ids = uuids(count)
    await ledger().createBatch(batch, ids)
    return { ids, of: [batch.operationId, batch.batchId] as const }
  }

  it('are read as they were written, in the order of the nodes', async () => {
    const { ids, of } = await write(6)
    const [a, b, c, , e, f] = ids as [string, string, string, string, string, string]
    const results = [
      aResult(a),
      aResult(b, { outcome: 'failed', code: 'Ecs.0227', reason: '“locked”' }),
      aResult(c),
      aResult(e, { outcome: 'unknown', jobId: null }),
      aResult(f, { outcome: 'skipped' }),
    ]

    await ledger().saveResults(...of, ids, resultMap(results.toReversed()))

    expect([...(await ledger().results(...of)).values()]).toStrictEqual(results)
  })

  it('are none before any is final', async () => {
    const { ids, of } = await write(2)

    expect(await ledger().saveResults(...of, ids, new Map())).toBe(true)
    expect(await ledger().results(...of)).toEqual(new Map())
  })

  it('are kept for 90 days after the last of them', async () => {
    const { ids, of } = await write(3)
    const ends = [NOW, NOW + 60_000, NOW + 30_000].map((at) => new Date(at).toISOString())

    await ledger().saveResults(...of, ids, resultMap(ids.map((id, i) => aResult(id, { at: ends[i]! }))))

    const item = await stored(of[0], `R#${of[1]}`)
    expect(item?.['expiresAt']?.N).toBe(String(NOW / 1000 + 60 + 90 * 86_400))
  })

  it('of nodes that the batch does not have are nobody’s', () => {
    const read = () => resultsOf([['failed', null, null, null, new Date(NOW).toISOString(), [[1, 2]]]], uuids(2))

    expect(read).toThrow(new RangeError('there is a result of node 2, and 2 nodes'))
  })

  it('of a thousand nodes with jobs and times of their own take less than 60 KB', async () => {
    const { ids, of } = await write(1000)
    const results = ids.map((id, i) =>
      aResult(id, { jobId: randomUUID().replaceAll('-', ''), at: new Date(NOW + i * 137).toISOString() }),
    )

    await ledger().saveResults(...of, ids, resultMap(results))

    const item = await stored(of[0], `R#${of[1]}`)
    expect(item?.['packed']?.B?.length).toBeLessThan(60_000)
    expect([...(await ledger().results(...of)).values()]).toStrictEqual(results)
  })

  it('of a thousand nodes that ended alike take less than half a KB', async () => {
    const { ids, of } = await write(1000)

    await ledger().saveResults(...of, ids, resultMap(ids.map((id) => aResult(id))))

    expect(JSON.stringify(await stored(of[0], `R#${of[1]}`)).length).toBeLessThan(512)
    expect((await ledger().results(...of)).size).toBe(1000)
  })

  it('grow, and a late writer of fewer or other ones changes nothing', async () => {
    const { ids, of } = await write(3)
    const [a, b] = ids as [string, string]
    const one = resultMap([aResult(a)])
    const two = resultMap([aResult(a), aResult(b)])
    const others = resultMap([aResult(a), aResult(b, { outcome: 'failed' })])

    expect(await ledger().saveResults(...of, ids, one)).toBe(true)
    expect(await ledger().saveResults(...of, ids, two)).toBe(true)
    expect(await ledger().saveResults(...of, ids, one)).toBe(false)
    expect(await ledger().saveResults(...of, ids, others)).toBe(false)
    expect(await ledger().saveResults(...of, ids, two)).toBe(true)
    expect(await ledger().results(...of)).toEqual(two)
  })
})
