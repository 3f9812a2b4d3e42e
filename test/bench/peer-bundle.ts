import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The same packages, as one would bundle them: everything at once, the SDK with all its ways to find credentials. */
const SOURCE = `
  import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
  import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
  import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
  import middy from '@middy/core'
  import got from 'got'
  import * as z from 'zod'

  const clients = [new DynamoDBClient({}), new EventBridgeClient({}), new SQSClient({})]
  const commands = [GetItemCommand, PutItemCommand, QueryCommand, PutEventsCommand, SendMessageBatchCommand]
  export const handler = middy().handler(() => [clients, commands, got, z.object({ id: z.string() })])
`

/** Bundles the peer into the folder; its path and size, KB. */
export const buildPeer = async (root: string, folder: string): Promise<{ path: string; startKb: number }> => {
  const path = join(folder, 'peer.mjs')
  await build({
    absWorkingDir: root,
    stdin: { contents: SOURCE, resolveDir: root },
    outfile: path,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
  })
  return { path, startKb: (await stat(path)).size / 1000 }
}
