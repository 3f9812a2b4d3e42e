import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsJson } from '../../../infra/local/aws-json.ts'
import { startTables } from '../../../infra/local/table.ts'
import { place, templateOf } from '../../helpers/template.ts'

type Row = { id: { S: string }; list: { S: string }; due?: { N: string } }
type Done = (error?: Error) => void
/** What of dynalite's inside a write is made of. */
type Inside = {
  create: (options: { path: string }) => {
    getTable: (name: string, done: (error: Error | undefined, table: unknown) => void) => void
    getItemDb: (name: string) => {
      put: (key: string, row: Row, done: Done) => void
      del: (key: string, done: Done) => void
    }
    db: { close: (done: Done) => void }
  }
  createKey: (row: Row, table: unknown) => string
}
// It has no types.
const inside = createRequire(import.meta.url)('dynalite/db') as Inside

const template = templateOf({
  Things: [
    'AWS::DynamoDB::Table',
    {
      TableName: 'things',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'list', AttributeType: 'S' },
        { AttributeName: 'due', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'dueThings',
          KeySchema: [
            { AttributeName: 'list', KeyType: 'HASH' },
            { AttributeName: 'due', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  ],
})
const row = (id: string, due?: number): Row => ({
  id: { S: id },
  list: { S: 'list' },
  ...(due === undefined ? {} : { due: { N: String(due) } }),
})

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-table-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const started = async () => {
  const tables = await startTables({ place, folder })
  await tables.create(template)
  return { tables, call: awsJson({ url: tables.url, prefix: 'DynamoDB_20120810', place }) }
}

/** Writes rows, and takes them away, as if their indexes had been written for others. */
const writeWithoutIndex = async (rows: readonly Row[], gone: readonly Row[]): Promise<void> => {
  const store = inside.create({ path: folder })
  const waited = (work: (done: Done) => void) =>
    new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve())))
  const table = await new Promise<unknown>((resolve, reject) =>
    store.getTable('things', (error, found) => (error ? reject(error) : resolve(found))),
  )
  const items = store.getItemDb('things')
  for (const one of rows) await waited((done) => items.put(inside.createKey(one, table), one, done))
  for (const one of gone) await waited((done) => items.del(inside.createKey(one, table), done))
  await waited((done) => store.db.close(done))
}

test('an index that a kill has left half written is right after the next start', async () => {
  const before = await started()
  const rows = [row('kept', 1), row('moved', 2), row('never written', 3), row('over', 4), row('waiting')]
  for (const Item of rows) await before.call('PutItem', { TableName: 'things', Item })
  await before.tables.close()
  await writeWithoutIndex([row('moved', 9), row('over'), row('waiting', 5)], [row('never written')])

  const { tables, call } = await started()
  const found = await call('Scan', { TableName: 'things', IndexName: 'dueThings' })
  const all = await call('Scan', { TableName: 'things' })
  await tables.close()

  const sorted = ({ Items }: Record<string, unknown>) =>
    (Items as Row[]).map(({ id, due }) => `${id.S} ${due?.N ?? 'not due'}`).toSorted()
  expect(sorted(found)).toEqual(['kept 1', 'moved 9', 'waiting 5'])
  expect(sorted(all)).toEqual(['kept 1', 'moved 9', 'over not due', 'waiting 5'])
})
