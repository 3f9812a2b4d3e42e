import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortedIds } from '../../../lib/domain/sorted-ids.ts'
import { nodeIds } from '../../helpers/builders.ts'
import { randomOf } from '../../helpers/random.ts'

const asTexts = (ids: readonly string[]): string[] => [...new Set(ids)].toSorted()

test('ids are in the order of their texts, each once, whatever they are', () => {
  const id = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', '-', '~', '\u007f', '\u0080', 'é', '😀', '\0'), maxLength: 8 }),
    fc.constantFrom('cln-1', 'cln-10', 'cln-2', 'cln-', 'cln'),
    fc.uuid(),
  )

  fc.assert(
    fc.property(fc.array(id, { maxLength: 60 }), (ids) => {
      expect(sortedIds(ids)).toEqual(asTexts(ids))
    }),
  )
})

test('ids that all begin alike are too, as are more than there is room for', () => {
  const random = randomOf(1)
  const alike = nodeIds(500).toSorted(() => random() - 0.5)
  const many = Array.from({ length: 140_000 }, () => `n${Math.floor(random() * 70_000)}`)

  expect(sortedIds(alike)).toEqual(nodeIds(500))
  expect(sortedIds(many)).toEqual(asTexts(many))
})

test('what is given stays as it is', () => {
  const ids = ['b', 'a', 'b']

  sortedIds(ids)

  expect(ids).toEqual(['b', 'a', 'b'])
})
