import { logicalOf, providerIds, queueVariables } from './providers.ts'
import { invokerTimeout } from './queues.ts'

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

/** What one source folder becomes: its bundle, alone in its archive, and a role that no other function has. */
const bundleOf = (folder: string, role: string, name = folder) => ({
  name: `drover-\${sls:stage}-${name}`,
  handler: `.build/functions/${folder}/handler.handler`,
  role,
  package: { patterns: [`.build/functions/${folder}/**`] },
})

const route = (method: string, path: string) => ({ httpApi: { method, path, authorizer: { type: 'aws_iam' } } })

/** Messages of a batch are reported one by one; two is the least concurrency that a mapping can be held to. */
const fedBy = (queue: string, batchSize: number, maximumConcurrency: number) => ({
  sqs: { arn: arnOf(queue), batchSize, maximumConcurrency, functionResponseType: 'ReportBatchItemFailures' },
})

const undelivered = { onFailure: { type: 'sqs', arn: arnOf('UndeliveredQueue') } }

/** How long an event may wait for the poller: the next minute brings the next one. */
const pollerEventAge = 60

const invokerOf = (id: string) => ({
  ...bundleOf('invoker', `Invoker${logicalOf(id)}Role`, `invoker-${id}`),
  description: `Submits batches to ${id} and records the jobs`,
  timeout: invokerTimeout,
  environment: { PROVIDER_ID: id },
  events: [fedBy(`${logicalOf(id)}Queue`, 5, 8)],
})

export const functions = {
  ingest: {
    ...bundleOf('ingest', 'IngestRole'),
    description: 'Turns a request from HTTP, an event, a schedule or an alarm into an operation and its batches',
    timeout: 29,
    environment: queueVariables(),
    maximumRetryAttempts: 2,
    destinations: undelivered,
    events: [route('POST', '/v1/operations')],
  },
  operations: {
    ...bundleOf('operations', 'OperationsRole'),
    description: 'The read side, cancel and retry',
    timeout: 29,
    environment: queueVariables(),
    events: [
      route('GET', '/v1/operations'),
      route('GET', '/v1/operations/{operationId}'),
      route('GET', '/v1/operations/{operationId}/nodes'),
      route('POST', '/v1/operations/{operationId}/cancel'),
      route('POST', '/v1/operations/{operationId}/retry'),
      route('GET', '/v1/providers'),
      route('GET', '/v1/health'),
      route('GET', '/health'),
    ],
  },
  ...Object.fromEntries(providerIds.map((id) => [`invoker${logicalOf(id)}`, invokerOf(id)])),
  poller: {
    ...bundleOf('poller', 'PollerRole'),
    description: 'Follows the jobs, closes operations, publishes what changed, resends what was never sent',
    // A minute of work, and what its last looks may take. One works, one stands by.
    timeout: 180,
    reservedConcurrency: 2,
    maximumRetryAttempts: 0,
    maximumEventAge: pollerEventAge,
    environment: queueVariables(),
  },
  deadLetter: {
    ...bundleOf('dead-letter', 'DeadLetterRole'),
    description: 'Brings messages that no invoker could handle to an end in the ledger',
    timeout: 30,
    events: providerIds.map((id) => fedBy(`${logicalOf(id)}DeadLetterQueue`, 10, 2)),
  },
}
