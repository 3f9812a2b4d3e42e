import { setTimeout as sleep } from 'node:timers/promises'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import type { CloudWishes } from '../../infra/local/clouds.ts'
import { httpReply } from '../../infra/local/http-event.ts'
import type { OperationView } from '../helpers/api-client.ts'
import { type Site, startSites } from './clouds.ts'
import { startConsumer } from './consumer.ts'
import { startDeliveries } from './deliveries.ts'
import { clientsOf, deployToMoto } from './deployed.ts'
import { startFunctions } from './functions.ts'
import { type Request, routed } from './http-request.ts'

const WITHIN_MS = 60_000

/**
 * The stack deployed to moto, its functions at work, with simulated clouds at the providers' own hosts and the credentials of
 * each in the Parameter Store. What moto's Lambda does not do is done here: whatever calls a function.
 */
export const startSystem = async (sites: readonly Site[], wishes: CloudWishes = {}) => {
  const aws = await deployToMoto()
  const internet = await startSites(sites, wishes)
  const functions = startFunctions(aws, internet.variables)
  const clients = clientsOf(aws)

  for (const { provider, credentials } of sites) {
    const Name = `/drover/dev/credentials/${provider}/default`
    const Value = JSON.stringify(credentials)
    await clients.ssm.send(new PutParameterCommand({ Name, Type: 'SecureString', Value }))
  }
  const consumer = await startConsumer(clients, aws.outputs['EventBusName']!)
  const deliveries = await startDeliveries(aws, clients, functions)

  const request = async (asked: Request) => {
    const { functionName, event } = routed(asked)
    const reply = httpReply(await functions.call(functions.find(functionName), event))
    return { status: reply?.status ?? 0, body: JSON.parse(String(reply?.body ?? 'null')) as OperationView }
  }

  return {
    ...clients,
    ...deliveries,
    ...consumer,
    functions,
    tableName: aws.outputs['TableName']!,
    cloud: (provider: string) => {
      const { simulator, requests } = internet.clouds.get(provider)!
      return {
        /** Ids of the nodes that were acted on, as often as they were. */
        acted: () => (simulator.actions?.() ?? []).map(({ nodeId }) => nodeId),
        /** How many times the provider was told to do something. */
        calls: () => requests().filter(({ method }) => method === 'POST').length,
      }
    },
    request,
    /** Delivers what there is to deliver until the operation has ended. */
    ended: async (operationId: string): Promise<OperationView> => {
      const until = Date.now() + WITHIN_MS
      for (;;) {
        await deliveries.deliver()
        const { body } = await request({ method: 'GET', target: `/v1/operations/${operationId}` })
        if (body.endedAt !== null) return body
        if (Date.now() > until)
          throw new Error(`${operationId} is open: ${JSON.stringify({ body, failed: functions.failed() })}`)
        await sleep(200)
      }
    },
    close: async (): Promise<void> => {
      await functions.close()
      for (const client of Object.values(clients)) client.destroy()
      await internet.close()
      await aws.close()
    },
  }
}

export type System = Awaited<ReturnType<typeof startSystem>>
