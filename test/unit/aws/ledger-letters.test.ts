import { randomBytes, randomUUID } from 'node:crypto'
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { LETTER_KEPT_MS, type Letter, type NewLetter } from '../../../lib/domain/letter.ts'
import type { Ledger } from '../../../lib/domain/ports.ts'
import { NotFound } from '../../../lib/domain/problem.ts'
import { startTable } from '../../helpers/table.ts'
import { anOperation, NOW } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
let ledger: Ledger

beforeEach(async () => {
  table = await startTable()
  ledger = createLedger(table)
})
afterEach(() => table.close())

const aLetter = (changes: Partial<NewLetter> = {}): NewLetter => ({
  letterId: randomUUID(),
  queue: 'undelivered',
  reason: 'RetriesExhausted',
  receivedAt: NOW,
  body: '{"id":"e1"}',
  purpose: { kind: 'event', invocationId: 'invocation-1', rule: null },
  ...changes,
})

const keep = async (changes: Partial<NewLetter> = {}): Promise<Letter> => {
  const letter = aLetter(changes)
  await ledger.keepLetter(letter)
  return (await ledger.letter(letter.letterId))!
}

const redriven = (letter: Letter, outcome = 'operation op-1'): Letter => ({
  ...letter,
  redriven: { at: NOW + 1, by: 'alice', outcome, operationIds: ['op-1'] },
})

describe('a letter', () => {
  it.each<NewLetter['purpose']>([
    { kind: 'event', invocationId: 'invocation-1', rule: 'hung-server' },
    { kind: 'batch', operationId: 'op-1', batchId: 'op-1.0001' },
    { kind: 'unreadable' },
  ])('is read back as it was kept: $kind', async (purpose) => {
    const { body, ...letter } = aLetter({ purpose })

    await ledger.keepLetter({ body, ...letter })

    const head = { ...letter, excerpt: body, bodyLength: body.length, cut: false, redriven: null }
    expect(await ledger.letter(letter.letterId)).toStrictEqual(head)
    expect(await ledger.letterBody(letter.letterId)).toBe(body)
  })

  it('is kept once: the same message again changes nothing', async () => {
    const letter = aLetter()
    await ledger.keepLetter(letter)

    await ledger.keepLetter({ ...letter, reason: 'again', body: 'other' })

    expect(await ledger.letter(letter.letterId)).toMatchObject({ reason: 'RetriesExhausted' })
    expect(await ledger.letterBody(letter.letterId)).toBe(letter.body)
  })

  it('of a megabyte that packs well is kept whole', async () => {
    const body = JSON.stringify({
      nodeIds: Array.from({ length: 25_000 }, () => '616fb98f-46ca-475e-917e-2563e5a8cd19'),
    })

    const letter = await keep({ body })

    expect(letter).toMatchObject({ cut: false, bodyLength: body.length })
    expect(await ledger.letterBody(letter.letterId)).toBe(body)
  })

  it.each([
    ['of bytes', randomBytes(750_000).toString('base64')],
    [
      'of three-byte characters',
      Array.from(randomBytes(700_000), (byte, i) => String.fromCharCode(0x4e00 + byte * 64 + (i % 61))).join(''),
    ],
  ])('%s that does not fit an item is kept cut, and says so', async (_, body) => {
    const letter = await keep({ body })

    expect(letter).toMatchObject({ cut: true, bodyLength: body.length })
    const kept = await ledger.letterBody(letter.letterId)
    expect(kept).toBe(body.slice(0, 100_000))
  })

  it('shows of its body and its reason nothing that is secret, and keeps what is put back as it is', async () => {
    const body = JSON.stringify({ provider: 'otc-ecs', secretKey: 'hidden-1' })

    const letter = await keep({ body, reason: 'sent with Signature=hidden-2' })

    expect(JSON.stringify(letter)).not.toContain('hidden')
    expect(await ledger.letterBody(letter.letterId)).toBe(body)
  })

  it('shows the beginning of its body and of its reason, however long they are', async () => {
    const letter = await keep({ body: 'b'.repeat(5_000), reason: 'r'.repeat(5_000) })

    expect(letter).toMatchObject({ excerpt: 'b'.repeat(1_000), reason: 'r'.repeat(4_000), bodyLength: 5_000 })
  })

  it('is put back once, however many do so', async () => {
    const letter = await keep()

    const saved = await Promise.all(['a', 'b', 'c'].map((outcome) => ledger.saveLetter(redriven(letter, outcome))))

    expect(saved.filter(Boolean)).toHaveLength(1)
    const outcome = ['a', 'b', 'c'][saved.indexOf(true)]
    expect(await ledger.letter(letter.letterId)).toMatchObject({ redriven: { outcome, by: 'alice' } })
  })

  it('and its body leave the table together', async () => {
    const { letterId } = await keep()

    for (const sk of ['LETTER', 'BODY']) {
      const item = await table.stored(`LETTER#${letterId}`, sk)
      expect(item?.['expiresAt']?.N).toBe(String((NOW + LETTER_KEPT_MS) / 1000))
    }
  })

  it('that is not there is none, and has no body', async () => {
    expect(await ledger.letter('nobody')).toBeUndefined()
    await expect(ledger.letterBody('nobody')).rejects.toThrow(new NotFound('there is no body of a letter nobody'))
  })
})

describe('the list of letters', () => {
  it('is newest first, page after page, and has no operations', async () => {
    await ledger.createOperation(anOperation())
    const kept = []
    for (let i = 0; i < 5; i += 1) kept.push(await keep({ receivedAt: NOW + i }))

    const first = await ledger.listLetters({ limit: 3 })
    const second = await ledger.listLetters({ limit: 3, cursor: first.nextCursor ?? '' })

    expect([...first.items, ...second.items]).toStrictEqual(kept.toReversed())
    expect(second.nextCursor).toBeNull()
    expect((await ledger.listOperations({ limit: 10 })).items).toHaveLength(1)
  })

  it('of those that wait has none that was put back or that cannot be', async () => {
    const waiting = await keep()
    const done = await keep()
    await ledger.saveLetter(redriven(done))
    await keep({ purpose: { kind: 'unreadable' } })
    await keep({ body: randomBytes(750_000).toString('base64') })

    const { items } = await ledger.listLetters({ waiting: true, limit: 10 })
    const all = await ledger.listLetters({ waiting: false, limit: 10 })

    expect(items).toStrictEqual([waiting])
    expect(all.items).toHaveLength(4)
  })

  it('reads no bodies', async () => {
    await keep({ body: randomBytes(200_000).toString('base64') })

    const command = new QueryCommand({
      TableName: table.tableName,
      IndexName: 'recent',
      KeyConditionExpression: 'recentShard = :shard',
      ExpressionAttributeValues: { ':shard': { S: 'LETTERS' } },
    })
    const { Items } = await table.client.send(command)

    expect(Items).toHaveLength(1)
    expect(JSON.stringify(Items).length).toBeLessThan(5_000)
  })
})
