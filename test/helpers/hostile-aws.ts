import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen, stop } from '../../infra/local/listen.ts'
import { readBody } from '../../infra/local/read-body.ts'
import type { RawReply } from '../../infra/local/simulators/simulator.ts'
import { send } from './hostile-cloud.ts'

/** The services between which and the functions bad manners can be put. */
export const awsServices = ['DynamoDB', 'SQS', 'EventBridge'] as const
export type AwsService = (typeof awsServices)[number]

/** One call of a function, and what can be done about it. */
export type AwsExchange = {
  service: AwsService
  /** `PutItem`, `SendMessageBatch`, … */
  action: string
  text: string
  response: ServerResponse
  /** Has the emulator carry it out, or another input in its place; its right answer. */
  act: (input?: unknown) => Promise<RawReply>
}

export type AwsManner = (exchange: AwsExchange) => unknown

type Options = {
  service: AwsService
  /** How a call is treated; honestly when undefined. */
  mannerOf: (exchange: AwsExchange) => AwsManner | undefined
}

const LARGEST_BODY = 16 * 1024 * 1024

export const honest: AwsManner = async ({ response, act }) => send(response, await act())

/**
 * What the functions of a stack take for an AWS service: it passes calls on to the emulator, in good manners or bad. Calls
 * wait until it is told where that is; the emulator of a stack that is started again is somewhere else.
 */
export const openHostileAws = async ({ service, mannerOf }: Options) => {
  let emulator = Promise.withResolvers<string>()
  const forward = async ({ headers }: IncomingMessage, text: string): Promise<RawReply> => {
    const kept = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization']
    const answer = await fetch(await emulator.promise, {
      method: 'POST',
      headers: kept.flatMap((name): [string, string][] => [[name, String(headers[name] ?? '')]]),
      body: text,
    })
    const type = answer.headers.get('content-type') ?? ''
    return { status: answer.status, headers: { 'content-type': type }, body: await answer.text() }
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = (await readBody(request, LARGEST_BODY))?.toString('utf8') ?? ''
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const act: AwsExchange['act'] = (input) => forward(request, input === undefined ? text : JSON.stringify(input))
    const exchange = { service, action, text, response, act }
    await (mannerOf(exchange) ?? honest)(exchange)
  }
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => {})
    // A function that was killed in the middle of its call is no matter of the service's.
    serve(request, response).catch(() => response.socket?.destroy())
  }
  let server = createServer(handle)
  const url = await listen(server)
  return {
    url,
    connect: (address: string): void => emulator.resolve(address),
    disconnect: (): void => {
      emulator = Promise.withResolvers()
    },
    /** Takes no connection any more, until it is told to. */
    refuse: () => stop(server),
    listenAgain: async (): Promise<void> => {
      server = createServer(handle)
      await listen(server, Number(new URL(url).port))
    },
    close: () => stop(server),
  }
}
