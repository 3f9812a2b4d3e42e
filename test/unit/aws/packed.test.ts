import { describe, expect, it } from 'vitest'
import { UnreadableItem } from '../../../lib/aws/ledger/body.ts'
import { packed, unpacked } from '../../../lib/aws/ledger/packed.ts'
import type { Item } from '../../../lib/aws/ledger/store.ts'

const key: Item = { pk: { S: 'LETTER#a' }, sk: { S: 'BODY' } }

describe('a text', () => {
  it.each(['', 'short “and” of many bytes 节点', 'x'.repeat(999), 'x'.repeat(1_000), '节点'.repeat(5_000)])(
    'is read as it was packed',
    (text) => {
      expect(unpacked({ ...key, ...packed(text) })).toBe(text)
    },
  )

  it('of a thousand characters and more takes fewer bytes', () => {
    expect(packed('x'.repeat(1_000)).packed.B?.length).toBeLessThan(100)
  })
})

describe('what is not packed as we pack it', () => {
  const bytes = packed('x'.repeat(2_000)).packed

  it.each<[string, Item, string]>([
    ['bytes that should be text', { format: { S: 'text' }, packed: bytes }, 'text'],
    ['text that should be bytes', { format: { S: 'deflate' }, packed: { S: 'x' } }, 'deflate'],
    ['text of another version', { format: { S: 'plain' }, packed: { S: 'x' } }, 'plain'],
    ['bytes of another version', { format: { S: 'zip' }, packed: bytes }, 'zip'],
    ['text without content', { format: { S: 'text' } }, 'text'],
    ['bytes without content', { format: { S: 'deflate' } }, 'deflate'],
    ['nothing', {}, 'undefined'],
  ])('is an error that names it: %s', (_, item, format) => {
    expect(() => unpacked({ ...key, ...item })).toThrow(UnreadableItem)
    expect(() => unpacked({ ...key, ...item })).toThrow(`LETTER#a BODY: is in an unknown format: ${format}`)
  })
})
