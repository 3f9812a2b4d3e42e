import { join } from 'node:path'
import { createAsyncInvocations } from './async-invocations.ts'
import { startBusApi } from './bus-api.ts'
import { createBus, type RecordedEvent } from './bus.ts'
import { cloudVariables, credentialsVariable, startClouds, type Cloud, type CloudWishes } from './clouds.ts'
import { endpointVariables, sqsEndpoint } from './endpoints.ts'
import { createFunctions, functionArns, registerForEvents } from './functions.ts'
import { startHttpApi } from './http-api.ts'
import { localCalls } from './local-calls.ts'
import { startMappings } from './mappings.ts'
import { partedLines } from './metric-lines.ts'
import { localAccount, startQueues } from './queues.ts'
import { readRoutes } from './routes.ts'
import { startSchedules } from './schedules.ts'
import type { Fault } from './simulators/simulator.ts'
import { dataPaths, functionVariables, timeScaleOf } from './settings.ts'
import { startTables } from './table.ts'
import { loadTemplate } from './template.ts'

export type StackOptions = {
  /** Of the HTTP API; any free one when it is absent or 0. */
  port?: number
  /** Where state is kept over restarts; in memory when it is absent. */
  dataDir?: string
  /** DROVER_*, PROVIDER_* and LOG_LEVEL are read from it and handed to the functions; nothing else is. */
  env?: Readonly<Record<string, string | undefined>>
  /** Fleets, oddities and faults of the simulated clouds, by provider id. */
  clouds?: CloudWishes
  /** The folder in which the project was packaged. */
  root?: string
  /** Whatever the functions and the emulators have to say, in lines. */
  onLog?: (text: string) => void
  /** The functions' metrics, each a line in the embedded metric format. */
  onMetrics?: (line: string) => void
}

export type Stack = {
  url: string
  /** What listens where, for people: emulators and simulators. */
  addresses: ReadonlyMap<string, string>
  /** The simulated clouds that run, by provider id. */
  clouds: ReadonlyMap<string, Cloud>
  /** Puts a fault before the cloud of a provider; throws when that is not simulated. */
  inject: (provider: string, fault: Fault) => void
  /** Stores other credentials of a provider, as its owner does in the Parameter Store of a deployment. */
  store: (provider: string, credentials: Readonly<Record<string, string>>) => void
  /** Events published on the bus of Drover after a sequence number, in order. */
  events: (since?: number) => RecordedEvent[]
  /** Calls the listener with every further event; answers how to stop that. */
  listen: (listener: (event: RecordedEvent) => void) => () => boolean
  close: () => Promise<void>
}

/** Whatever was started and has to be stopped. */
type Part = { close: () => Promise<void> | void }

const templateFile = '.serverless/cloudformation-template-update-stack.json'

/**
 * Starts everything that the packaged template describes on this machine: SQS, DynamoDB, EventBridge, schedules, the
 * functions in worker threads, the HTTP API, and a simulator for every cloud that is not set in the environment. Throws a
 * TemplateError, with nothing left running, for what it does not understand.
 */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const root = options.root ?? join(import.meta.dirname, '../..')
  const env = functionVariables(options.env ?? process.env)
  const timeScale = timeScaleOf(env)
  const { file, folder } = dataPaths(options.dataDir)
  const log = options.onLog ?? (() => {})
  const line = (text: string) => log(`${text}\n`)
  const printed = (text: string) => {
    const parted = partedLines(text)
    if (parted.log !== '') log(parted.log)
    for (const metrics of parted.metrics) options.onMetrics?.(metrics)
  }

  const parts: Part[] = []
  const running = <P extends Part>(part: P) => {
    parts.unshift(part)
    return part
  }
  const started: { tables?: Part } = {}
  const close = async () => {
    // What came last takes requests from what came first, so it stops first.
    await Promise.all(parts.map(async (part) => part.close()))
    await started.tables?.close()
  }
  try {
    const region = 'eu-central-1'
    const queues = running(await startQueues({ region, ...file('messages.ndjson') }))
    // A client goes where the URL of the queue says, whatever its endpoint.
    const queueUrl = (name: string) => queues.queueUrl(name).replace(queues.url, sqsEndpoint(env, queues.url))
    const place = { region, account: localAccount, stackName: 'drover-local', queueUrl }
    const template = await loadTemplate(join(root, templateFile), place)

    const tables = await startTables({ place, ...folder('table') })
    started.tables = tables
    const clouds = await startClouds({ env, timeScale, wishes: options.clouds ?? {}, ...folder('simulators') })
    for (const cloud of clouds.values()) running(cloud)
    await Promise.all([tables.create(template), queues.create(template, timeScale)])

    const async = createAsyncInvocations({ timeScale, log: line, ...file('invocations.ndjson') })
    const arns = functionArns(template)
    const knows = (arn: string) => arns.has(arn)
    const bus = createBus(template, { place, deliver: async.invoke, knows, ...file('events.ndjson') })
    const busApi = running(await startBusApi(bus))
    const functions = createFunctions(template, {
      place,
      queues,
      root,
      env: {
        ...env,
        ...cloudVariables(clouds, env),
        DROVER_LOCAL: '1',
        ...endpointVariables(env, { sqs: queues.url, dynamodb: tables.url, eventBridge: busApi.url }),
      },
      onLog: printed,
    })
    running({ close: async () => void (await Promise.all([...functions.values()].map((each) => each.close()))) })
    running(async)
    registerForEvents(template, functions, { async, queues })
    const functionOf = (arn: string) => functions.get(arn)

    const routes = readRoutes(template, functionOf)
    await Promise.all(routes.map(({ local }) => local.warm()))
    const api = running(
      await startHttpApi(routes, { place, port: options.port ?? 0, localCalls: localCalls(bus), log: line }),
    )
    running(startMappings(template, { place, queues, functionOf, timeScale, log: line }))
    async.resume()
    await queues.restore()
    running(startSchedules(template, { place, timeScale, deliver: async.invoke, knows }))

    return {
      url: api.url,
      addresses: new Map([
        ['SQS', queues.url],
        ['DynamoDB', tables.url],
        ['EventBridge', busApi.url],
        ...[...clouds].map(([id, { url }]): [string, string] => [`simulator of ${id}`, url]),
      ]),
      clouds,
      inject: (provider, fault) => {
        const cloud = clouds.get(provider)
        if (!cloud) throw new Error(`the cloud of ${provider} is not simulated here`)
        cloud.inject(fault)
      },
      store: (provider, credentials) => {
        const change = { name: credentialsVariable(provider), value: JSON.stringify(credentials) }
        for (const each of functions.values()) each.change(change)
      },
      events: bus.events,
      listen: bus.listen,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
