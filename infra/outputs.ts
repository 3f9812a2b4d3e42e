import { logicalOf, providerIds } from './providers.ts'
import { arnOf, sub } from './references.ts'

/** A value that other stacks import as `drover-<stage>-<name>`. */
const output = (name: string, value: unknown, description: string) => ({
  Description: description,
  Value: value,
  Export: { Name: `drover-\${sls:stage}-${name}` },
})

const queueOutputs = providerIds.flatMap((id) => [
  [`${logicalOf(id)}QueueArn`, output(`queue-${id}-arn`, arnOf(`${logicalOf(id)}Queue`), `Batches for ${id}`)],
  [
    `${logicalOf(id)}DeadLetterQueueArn`,
    output(
      `dead-letter-queue-${id}-arn`,
      arnOf(`${logicalOf(id)}DeadLetterQueue`),
      `Batches for ${id} that could not be handled`,
    ),
  ],
])

/** What other stacks and people need to know of this one. */
export const outputs = {
  TableName: output('table', { Ref: 'Table' }, 'The ledger'),
  TableArn: output('table-arn', arnOf('Table'), 'The ledger'),
  EventBusName: output('bus', { Ref: 'EventBus' }, 'Where requests may come in and changes of state go out'),
  EventBusArn: output('bus-arn', arnOf('EventBus'), 'The same bus'),
  ApiEndpoint: output(
    'api-endpoint',
    sub('https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}'),
    'The HTTP API',
  ),
  ApiArn: output(
    'api-arn',
    sub('arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}'),
    'The HTTP API, for policies of its callers (execute-api:Invoke)',
  ),
  IngestFunctionArn: output('ingest-arn', arnOf('IngestLambdaFunction'), 'The target of schedules'),
  AlarmTopicArn: output('alarm-topic-arn', { Ref: 'AlarmTopic' }, 'Where alarms go'),
  UndeliveredQueueArn: output('undelivered-queue-arn', arnOf('UndeliveredQueue'), 'What reached nobody'),
  ...Object.fromEntries(queueOutputs),
}
