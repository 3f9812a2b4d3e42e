import { mkdir } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import dynalite from 'dynalite'
import * as z from 'zod'
import { awsJson } from './aws-json.ts'
import { listen, stop } from './listen.ts'
import { reindex } from './reindex.ts'
import type { Place } from './resource-types.ts'
import type { Template } from './template.ts'

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))

/** Time to live, backups, protection and encryption have no meaning for a table that one process holds. */
const tableSchema = z.strictObject({
  TableName: z.string(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.discriminatedUnion('ProjectionType', [
          z.strictObject({ ProjectionType: z.literal('ALL') }),
          z.strictObject({ ProjectionType: z.literal('INCLUDE'), NonKeyAttributes: z.array(z.string()) }),
        ]),
      }),
    )
    .optional(),
  TimeToLiveSpecification: z.unknown().optional(),
  PointInTimeRecoverySpecification: z.unknown().optional(),
  DeletionProtectionEnabled: z.unknown().optional(),
  SSESpecification: z.unknown().optional(),
  Tags: z.unknown().optional(),
})

type Table = z.output<typeof tableSchema>

const definition = (table: Table) => ({
  TableName: table.TableName,
  BillingMode: table.BillingMode,
  AttributeDefinitions: table.AttributeDefinitions,
  KeySchema: table.KeySchema,
  ...(table.GlobalSecondaryIndexes ? { GlobalSecondaryIndexes: table.GlobalSecondaryIndexes } : {}),
})

const namesOf = (keys: z.output<typeof keySchema>) => keys.map(({ AttributeName }) => AttributeName)

const keysOf = ({ TableName, KeySchema, GlobalSecondaryIndexes = [] }: Table) => ({
  TableName,
  key: namesOf(KeySchema),
  indexes: new Map(GlobalSecondaryIndexes.map((index) => [index.IndexName, namesOf(index.KeySchema)])),
})

const LONGEST_CALL_MS = 2_000

/** Answers how to wait for the calls that dynalite is at work on: it goes on with each, also when the caller is gone. */
const watchCalls = (server: Server) => {
  const calls = new Map<IncomingMessage, ServerResponse>()
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    calls.set(request, response)
    response.once('finish', () => calls.delete(request))
  })
  const isOpen = ([request, response]: [IncomingMessage, ServerResponse]) =>
    !response.writableEnded && (request.complete || !request.destroyed)
  return async () => {
    const until = Date.now() + LONGEST_CALL_MS
    while (Date.now() < until && [...calls].some(isOpen)) await sleep(5)
  }
}

/** Starts DynamoDB, in memory or in a folder that must be nobody else's. */
export const startTables = async ({ place, folder }: { place: Place; folder?: string }) => {
  if (folder !== undefined) await mkdir(folder, { recursive: true })
  const server = dynalite({ createTableMs: 0, ...(folder === undefined ? {} : { path: folder }) })
  const answered = watchCalls(server)
  const url = await listen(server)
  const call = awsJson({ url, prefix: 'DynamoDB_20120810', place })

  return {
    url,
    /** Creates the tables of the template that are not there yet, and puts the indexes of those that are in order. */
    create: async (template: Template) => {
      const { TableNames: existing } = await call('ListTables', {})
      const names = new Set(z.array(z.string()).parse(existing))
      const declared = template.ofType('AWS::DynamoDB::Table', tableSchema)
      const missing = declared.filter(({ name }) => !names.has(name))
      await Promise.all(missing.map(({ properties }) => call('CreateTable', definition(properties))))
      await Promise.all(
        declared.filter((table) => !missing.includes(table)).map(({ properties }) => reindex(call, keysOf(properties))),
      )
    },
    /** To be called when nobody makes calls any more. */
    close: async () => {
      // Without its database a call under way would end the process.
      await answered()
      await stop(server)
    },
  }
}
