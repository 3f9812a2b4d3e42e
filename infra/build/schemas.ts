import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { eventSchemas } from '../../lib/domain/event-schema.ts'

const folder = join(import.meta.dirname, '../../.build/schemas')

/** Writes the JSON Schema of every event that goes out, for those who receive them. */
await mkdir(folder, { recursive: true })
for (const [detailType, schema] of Object.entries(eventSchemas)) {
  const name = detailType.toLowerCase().replaceAll(' ', '-')
  const document = { title: detailType, ...z.toJSONSchema(schema) }
  await writeFile(join(folder, `${name}.schema.json`), `${JSON.stringify(document, null, 2)}\n`)
}
