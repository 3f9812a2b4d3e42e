import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HoldPage, holdScope, longHeld, pageOf, takeNodes } from '../../../lib/domain/hold-page.ts'
import { T0, aWork, nodeId, nodeIds } from '../../helpers/builders.ts'

const [a, b] = ['op-a', 'op-b'].map((operationId) => ({ operationId, batchId: `${operationId}.0001` })) as [
  { operationId: string; batchId: string },
  { operationId: string; batchId: string },
]
const NONE: ReadonlySet<string> = new Set()
const pageWith = (...holds: HoldPage): HoldPage => holds
const held = (holder: typeof a, ...nodes: string[]) => ({ ...holder, takenAt: T0, nodeIds: nodes })

describe('taking nodes', () => {
  it('takes what is free and says who holds the rest', () => {
    const { page, holders } = takeNodes(pageWith(held(a, 'x', 'y')), b, ['y', 'z'], NONE, T0 + 1)

    expect(page).toEqual([held(a, 'x', 'y'), { ...b, takenAt: T0 + 1, nodeIds: ['z'] }])
    expect([...holders]).toEqual([['y', a]])
  })

  it('again changes nothing, so that nothing is written', () => {
    const first = takeNodes([], a, ['x', 'y'], NONE, T0)
    const again = takeNodes(first.page, a, ['y', 'x'], NONE, T0 + 1)

    expect(again.page).toBe(first.page)
    expect(again.holders.size).toBe(0)
  })

  it('of which all are held changes nothing', () => {
    const before = pageWith(held(a, 'x'))

    expect(takeNodes(before, b, ['x'], NONE, T0).page).toBe(before)
  })

  it('that an earlier batch of the same operation holds moves them to the later one', () => {
    const part = { operationId: 'op-a', batchId: 'op-a.0001.1' }

    const { page, holders } = takeNodes(pageWith(held(a, 'x', 'y')), part, ['x'], NONE, T0)
    const rest = takeNodes(page, { ...part, batchId: 'op-a.0001.2' }, ['y'], NONE, T0)

    expect(holders.size).toBe(0)
    expect(page).toEqual([held(a, 'y'), held(part, 'x')])
    expect(rest.page.map(({ batchId }) => batchId)).toEqual(['op-a.0001.1', 'op-a.0001.2'])
  })

  it('whose holder has ended takes them over, and forgets all that it held', () => {
    const { page, holders } = takeNodes(pageWith(held(a, 'x', 'y')), b, ['y'], new Set([a.batchId]), T0)

    expect(holders.size).toBe(0)
    expect(page).toEqual([held(b, 'y')])
  })

  it('of which none is free still forgets who has ended, and holds nothing', () => {
    const over = { operationId: 'op-c', batchId: 'op-c.0001' }

    const { page, holders } = takeNodes(pageWith(held(a, 'x'), held(over, 'y')), b, ['x'], new Set([over.batchId]), T0)

    expect([...holders]).toEqual([['x', a]])
    expect(page).toEqual([held(a, 'x')])
  })

  it('adds to what the same batch has already', () => {
    const { page } = takeNodes(pageWith(held(a, 'x')), a, ['x', 'y'], NONE, T0 + 1)

    expect(page).toEqual([held(a, 'x', 'y')])
  })

  it('never gives a node to two, whoever takes what in which order', () => {
    const step = fc.record({
      who: fc.constantFrom('op-1', 'op-2', 'op-3'),
      part: fc.nat(1),
      nodes: fc.uniqueArray(fc.nat(9)),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let page: HoldPage = []
        const owners = new Map<string, string>()
        for (const { who, part, nodes } of steps) {
          const wanted = nodes.map(String)
          const taken = takeNodes(page, { operationId: who, batchId: `${who}.${part}` }, wanted, NONE, T0)
          for (const id of wanted) {
            if (taken.holders.has(id)) expect(taken.holders.get(id)?.operationId).toBe(owners.get(id))
            else owners.set(id, who)
            expect(owners.get(id)).toBe(taken.holders.get(id)?.operationId ?? who)
          }
          page = taken.page
          const all = page.flatMap(({ nodeIds: ids }) => ids)
          expect(new Set(all).size).toBe(all.length)
          expect(page.every(({ nodeIds: ids }) => ids.length > 0)).toBe(true)
        }
      }),
    )
  })
})

describe('a page', () => {
  it.each([
    ['616fb98f-46ca-475e-917e-2563e5a8cd19', '6'],
    ['cln-ag40w55y', 'a'],
    ['ehpc-8jqdq0mz', '8'],
  ])('of %s is %s', (id, page) => {
    expect(pageOf(id)).toBe(page)
  })

  it('of short holds is left as it is; of a long one the oldest of others are looked at', () => {
    const holds = Array.from({ length: 33 }, (_, i) => ({
      operationId: `op-${i}`,
      batchId: `op-${i}.0001`,
      takenAt: T0 - i,
      nodeIds: [nodeId(i)],
    }))

    expect(longHeld(holds.slice(1), a)).toEqual([])
    expect(longHeld(holds, holds[32]!).map(({ batchId }) => batchId)).toEqual(
      [31, 30, 29, 28, 27, 26, 25, 24].map((i) => `op-${i}.0001`),
    )
  })

  it('with many nodes is a long one', () => {
    expect(longHeld([held(b, ...nodeIds(1_000))], a)).toEqual([])
    expect(longHeld([held(b, ...nodeIds(1_001))], a)).toHaveLength(1)
  })
})

it('where nodes are does not depend on the account, nor on the order of the fields', () => {
  const at = (target: Record<string, string>) => holdScope(aWork({ target }))

  expect(at({ region: 'eu-de', projectId: 'p', account: 'night' })).toBe(at({ projectId: 'p', region: 'eu-de' }))
  expect(at({ region: 'eu-de', projectId: 'p' })).not.toBe(at({ region: 'eu-nl', projectId: 'p' }))
})
