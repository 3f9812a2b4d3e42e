import { logicalOf, providerIds } from './providers.ts'
import { account, arnOf, localArn, nameOf, sub } from './references.ts'

type Statement = {
  Effect: 'Allow'
  Action: string[]
  Resource: unknown[]
  Condition?: Record<string, Record<string, unknown>>
}

const allow = (actions: string[], resources: unknown[], condition?: Statement['Condition']): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(condition ? { Condition: condition } : {}),
})

/** Single items and the items of one partition. Nothing scans, and nothing deletes but the table's time to live. */
const ledger = (...more: string[]) =>
  allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', ...more], [arnOf('Table')])

const query = (index: string) => allow(['dynamodb:Query'], [sub(`\${Table.Arn}/index/${index}`)])

/** Only in the name of Drover: no function can put an event of another source on the bus. */
const publish = allow(['events:PutEvents'], [arnOf('EventBus')], { StringEquals: { 'events:source': 'drover' } })

const send = (...queues: string[]) => allow(['sqs:SendMessage'], queues.map(arnOf))
const sendToProviders = send(...providerIds.map((id) => `${logicalOf(id)}Queue`))

/** What an event source mapping does in the function's name. */
const receive = (...queues: string[]) =>
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queues.map(arnOf))

/** SecureStrings under the account's own AWS managed key, which needs no permission of its own to be used through SSM. */
const credentials = (...ids: readonly string[]) =>
  allow(
    ['ssm:GetParameter'],
    ids.map((id) => localArn('ssm', `parameter/drover/\${sls:stage}/credentials/${id}/*`)),
  )

const logs = (name: string) =>
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [localArn('logs', `log-group:/aws/lambda/${nameOf(name)}:*`)])

/** Lambda sends the traces with the function's role. X-Ray has no resources that these actions could name. */
const traces = allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'])

/**
 * Lambda takes the role of a function for this account alone. No document says which source keys Lambda sends when it takes
 * an execution role, and to ask for one that it does not send would leave a function that cannot start: so each is checked
 * where it is there. The ARN may be of a function or of an event source mapping.
 */
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEqualsIfExists: { 'aws:SourceAccount': account },
        ArnLikeIfExists: { 'aws:SourceArn': localArn('lambda', '*') },
      },
    },
  ],
}

const role = (name: string, statements: Statement[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Description: `What the function ${name} may do`,
    AssumeRolePolicyDocument: trust,
    Policies: [
      { PolicyName: name, PolicyDocument: { Version: '2012-10-17', Statement: [logs(name), traces, ...statements] } },
    ],
  },
})

const invokerRole = (id: string) => [
  `Invoker${logicalOf(id)}Role`,
  role(`invoker-${id}`, [receive(`${logicalOf(id)}Queue`), ledger(), credentials(id)]),
]

/** One role per function: exact actions on exact resources. */
export const roles = {
  // A provider's own rules can need a look at its cloud before a request is accepted: hence the credentials.
  IngestRole: role('ingest', [
    ledger(),
    sendToProviders,
    send('UndeliveredQueue'),
    publish,
    credentials(...providerIds),
  ]),
  OperationsRole: role('operations', [
    ledger(),
    query('recent'),
    sendToProviders,
    publish,
    credentials(...providerIds),
  ]),
  ...Object.fromEntries(providerIds.map(invokerRole)),
  PollerRole: role('poller', [
    ledger('dynamodb:UpdateItem'),
    query('due'),
    sendToProviders,
    publish,
    credentials(...providerIds),
  ]),
  DeadLetterRole: role('dead-letter', [
    receive(...providerIds.map((id) => `${logicalOf(id)}DeadLetterQueue`), 'UndeliveredQueue'),
    // It reads what it wrote when the answer to its own write was lost.
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [arnOf('Table')]),
  ]),
}
