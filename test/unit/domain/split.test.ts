import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halves, partsOf, split, splitDone } from '../../../lib/domain/split.ts'
import { T0, aBatch, aSubmitting, nodeIds } from '../../helpers/builders.ts'

const waiting = { state: 'QUEUED', dueAt: T0, notBefore: null, code: 'Ecs.0114', reason: 'one is bad' } as const
const halved = (nodes: number) => split(aSubmitting({ nodes }), halves(nodes, waiting), T0)

describe('the parts of a split batch', () => {
  it('have every node exactly once, in order, and none of others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), (nodes) => {
        const parts = partsOf(halved(nodes), nodeIds(nodes))

        expect(parts.flatMap((part) => part.nodeIds)).toStrictEqual(nodeIds(nodes))
        expect(parts.map(({ batch }) => batch.nodes)).toStrictEqual([Math.ceil(nodes / 2), Math.floor(nodes / 2)])
      }),
    )
  })

  it('are the same to the letter when they are made again', () => {
    expect(partsOf(halved(7), nodeIds(7))).toStrictEqual(partsOf(halved(7), nodeIds(7)))
  })

  it('have ids of their own under that of the batch, the time of its first try, and tries of their own', () => {
    const batch = split(aSubmitting({ nodes: 3, attempt: 2, wave: 4, notAfter: T0 + 9 }), halves(3, waiting), T0)

    const parts = partsOf(batch, nodeIds(3))

    expect(parts.map((part) => part.batch)).toMatchObject([
      { batchId: 'op-1.0001.1', state: 'QUEUED', attempt: 0, wave: 4, notAfter: T0 + 9, firstTriedAt: T0, version: 0 },
      { batchId: 'op-1.0001.2', state: 'QUEUED', attempt: 0, wave: 4, notAfter: T0 + 9, firstTriedAt: T0, version: 0 },
    ])
  })

  it('have states that are yet to be published', () => {
    for (const { batch } of partsOf(halved(2), nodeIds(2))) expect(batch.published).toBeLessThan(batch.sequence)
  })

  it('are not made of nodes that are not there', () => {
    expect(() => partsOf(halved(3), nodeIds(2))).toThrow(new RangeError('batch op-1.0001 has no node 2'))
  })
})

describe('a split batch', () => {
  it('is due until its parts are written, then rests', () => {
    const batch = halved(2)
    const done = splitDone(batch)

    expect(batch.dueAt).toBe(T0)
    expect(done.dueAt).toBeUndefined()
    expect(done).toMatchObject({ state: 'SPLIT', version: batch.version + 1, sequence: batch.sequence })
    expect(partsOf(done, nodeIds(2))).toStrictEqual([])
  })
})

it('makes no parts of a batch that is whole', () => {
  expect(partsOf(aBatch(), nodeIds(2))).toStrictEqual([])
})
