import { account, arnOf, nameOf } from './references.ts'

type Rule = { name: string; bus?: string; pattern: Record<string, unknown>; target: string; description: string }

const requested = { 'detail-type': ['Node Operation Requested'] }

/** The events that wake a function. A rule without a bus is on the account's default bus, where AWS puts its own events. */
export const ruleTable: Readonly<Record<string, Rule>> = {
  RequestRule: {
    name: 'request',
    description: 'A request from any application, on the default bus',
    pattern: requested,
    target: 'IngestLambdaFunction',
  },
  RequestOnOwnBusRule: {
    name: 'request-on-own-bus',
    description: 'A request from any application, on the bus of Drover',
    bus: 'EventBus',
    pattern: requested,
    target: 'IngestLambdaFunction',
  },
  AlarmRule: {
    name: 'alarm',
    description: 'An alarm that a remediation rule may answer',
    pattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { state: { value: ['ALARM'] } },
    },
    target: 'IngestLambdaFunction',
  },
  RunningRule: {
    name: 'running',
    description: 'A job has started: the poller need not wait for its minute',
    bus: 'EventBus',
    pattern: {
      source: ['drover'],
      'detail-type': ['Node Operation State Change'],
      detail: { status: ['RUNNING'] },
    },
    target: 'PollerLambdaFunction',
  },
}

const rule = ({ name, bus, pattern, target, description }: Rule) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: nameOf(name),
    Description: description,
    ...(bus ? { EventBusName: { Ref: bus } } : {}),
    EventPattern: pattern,
    State: 'ENABLED',
    Targets: [{ Id: 'function', Arn: arnOf(target), DeadLetterConfig: { Arn: arnOf('UndeliveredQueue') } }],
  },
})

/**
 * The ARN of the rule names this account already, and `SourceAccount` must not be asked for beside it: EventBridge does not
 * send it to Lambda, and the rule would match and nothing happen (awsdocs/aws-cloudformation-user-guide, pull request 481).
 */
const permission = (name: string, { target }: Rule) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: arnOf(target),
    Principal: 'events.amazonaws.com',
    SourceArn: arnOf(name),
  },
})

/** Only these rules, of this account, may put what they could not deliver into the last queue. */
const undelivered = {
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'UndeliveredQueue' }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arnOf('UndeliveredQueue'),
          Condition: {
            ArnEquals: { 'aws:SourceArn': Object.keys(ruleTable).map(arnOf) },
            StringEqualsIfExists: { 'aws:SourceAccount': account },
          },
        },
      ],
    },
  },
}

/** Rules, the permission of each to call its function, and of all to reach the last queue. */
export const rules = {
  ...Object.fromEntries(Object.entries(ruleTable).map(([name, value]) => [name, rule(value)])),
  ...Object.fromEntries(
    Object.entries(ruleTable).map(([name, value]) => [`${name}Permission`, permission(name, value)]),
  ),
  UndeliveredQueuePolicy: undelivered,
}
