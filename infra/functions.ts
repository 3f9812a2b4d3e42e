import { authorizerOf } from './http-api.ts'
import { logicalOf, providerIds, queueVariables } from './providers.ts'
import { deadLetterTimeout, invokerTimeout } from './queues.ts'
import { arnOf, nameOf } from './references.ts'
import type { Settings } from './settings.ts'

/** What one source folder becomes: its bundle, alone in its archive, and a role that no other function has. */
const bundleOf = (folder: string, role: string, name = folder) => ({
  name: nameOf(name),
  handler: `.build/functions/${folder}/handler.handler`,
  role,
  package: { patterns: [`.build/functions/${folder}/**`] },
})

const routesOf = (settings: Settings) => {
  const authorizer = authorizerOf(settings)
  return (method: string, path: string) => ({ httpApi: { method, path, authorizer } })
}

/** Messages of a batch are reported one by one; two is the least concurrency that a mapping can be held to. */
const fedBy = (queue: string, batchSize: number, maximumConcurrency: number) => ({
  sqs: { arn: arnOf(queue), batchSize, maximumConcurrency, functionResponseType: 'ReportBatchItemFailures' },
})

const undelivered = { onFailure: { type: 'sqs', arn: arnOf('UndeliveredQueue') } }

/** How long an event may wait for the poller, seconds: the next minute brings the next one. */
const pollerEventAge = 60

/** How long a request that came as an event may wait for its turn, seconds: restarted hours later, its nodes are in use. */
const requestEventAge = 1800

const invokerOf = (id: string) => ({
  ...bundleOf('invoker', `Invoker${logicalOf(id)}Role`, `invoker-${id}`),
  description: `Submits batches to ${id} and records the jobs`,
  timeout: invokerTimeout,
  events: [fedBy(`${logicalOf(id)}Queue`, 5, 8)],
})

/** Every function with its timeout, concurrency and triggers; rules and the schedule name theirs in files of their own. */
export const functions = (settings: Settings) => {
  const route = routesOf(settings)
  return {
    ingest: {
      ...bundleOf('ingest', 'IngestRole'),
      description: 'Turns a request from HTTP, an event, a schedule or an alarm into an operation and its batches',
      timeout: 29,
      environment: queueVariables(),
      maximumRetryAttempts: 2,
      maximumEventAge: requestEventAge,
      destinations: undelivered,
      events: [route('POST', '/v1/operations')],
    },
    operations: {
      ...bundleOf('operations', 'OperationsRole'),
      description: 'The read side, cancel, retry and redrive',
      timeout: 29,
      environment: queueVariables(),
      events: [
        route('GET', '/v1/operations'),
        route('GET', '/v1/operations/{operationId}'),
        route('GET', '/v1/operations/{operationId}/nodes'),
        route('POST', '/v1/operations/{operationId}/approve'),
        route('POST', '/v1/operations/{operationId}/cancel'),
        route('POST', '/v1/operations/{operationId}/retry'),
        route('GET', '/v1/dead-letters'),
        route('GET', '/v1/dead-letters/{letterId}'),
        route('POST', '/v1/dead-letters/redrive'),
        route('POST', '/v1/dead-letters/{letterId}/redrive'),
        route('GET', '/v1/providers'),
        route('GET', '/v1/health'),
        route('GET', '/health'),
      ],
    },
    ...Object.fromEntries(providerIds.map((id) => [`invoker${logicalOf(id)}`, invokerOf(id)])),
    poller: {
      ...bundleOf('poller', 'PollerRole'),
      description: 'Follows the jobs, closes operations, publishes what changed, resends what was never sent',
      // A minute of standing by, one of work, and what its last looks may take.
      timeout: 180,
      // It is woken by an event of its own bus, and publishes there: the one cycle of the design. What ends it is the ledger,
      // in which an operation starts to run once.
      recursiveLoop: 'Allow',
      // One works, one stands by. An account of a low quota has nothing to reserve.
      ...(settings.reserveConcurrency ? { reservedConcurrency: 2 } : {}),
      maximumRetryAttempts: 0,
      maximumEventAge: pollerEventAge,
      environment: queueVariables(),
    },
    deadLetter: {
      ...bundleOf('dead-letter', 'DeadLetterRole'),
      description: 'Keeps in the ledger what no invoker could handle and what did not reach ingest',
      timeout: deadLetterTimeout,
      events: [...providerIds.map((id) => `${logicalOf(id)}DeadLetterQueue`), 'UndeliveredQueue'].map((queue) =>
        fedBy(queue, 10, 2),
      ),
    },
  }
}
