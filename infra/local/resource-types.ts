/**
 * Every resource type that the embedded stack knows: the property that names it, and what it is here.
 * `local`: an emulator or a mapping stands for it, which reads its properties strictly. `none`: it has no meaning on one
 * machine (permissions, alarms, log storage, the deployment's own bucket). A type that is in neither list stops the stack.
 */
type ResourceType = { meaning: 'local' | 'none'; name?: string; service: string }

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::SQS::Queue': { meaning: 'local', name: 'QueueName', service: 'sqs' },
  'AWS::DynamoDB::Table': { meaning: 'local', name: 'TableName', service: 'dynamodb' },
  'AWS::Events::EventBus': { meaning: 'local', name: 'Name', service: 'events' },
  'AWS::Events::Rule': { meaning: 'local', name: 'Name', service: 'events' },
  'AWS::Lambda::Function': { meaning: 'local', name: 'FunctionName', service: 'lambda' },
  'AWS::Lambda::EventSourceMapping': { meaning: 'local', service: 'lambda' },
  'AWS::Lambda::EventInvokeConfig': { meaning: 'local', service: 'lambda' },
  'AWS::Scheduler::Schedule': { meaning: 'local', name: 'Name', service: 'scheduler' },
  'AWS::ApiGatewayV2::Api': { meaning: 'local', service: 'apigateway' },
  'AWS::ApiGatewayV2::Integration': { meaning: 'local', service: 'apigateway' },
  'AWS::ApiGatewayV2::Route': { meaning: 'local', service: 'apigateway' },

  // Whoever reaches a stack on one machine may call it: nobody's tokens are looked at.
  'AWS::ApiGatewayV2::Authorizer': { meaning: 'none', service: 'apigateway' },
  'AWS::ApiGatewayV2::Stage': { meaning: 'none', service: 'apigateway' },
  // Nobody watches a stack on one machine but who runs it.
  'AWS::CloudWatch::Alarm': { meaning: 'none', name: 'AlarmName', service: 'cloudwatch' },
  'AWS::CloudWatch::Dashboard': { meaning: 'none', name: 'DashboardName', service: 'cloudwatch' },
  // Every event is recorded here anyway (GET /local/events), and everybody may put one.
  'AWS::Events::Archive': { meaning: 'none', name: 'ArchiveName', service: 'events' },
  'AWS::Events::EventBusPolicy': { meaning: 'none', service: 'events' },
  'AWS::IAM::Role': { meaning: 'none', name: 'RoleName', service: 'iam' },
  'AWS::KMS::Alias': { meaning: 'none', name: 'AliasName', service: 'kms' },
  'AWS::KMS::Key': { meaning: 'none', service: 'kms' },
  'AWS::Lambda::Permission': { meaning: 'none', service: 'lambda' },
  'AWS::Logs::LogGroup': { meaning: 'none', name: 'LogGroupName', service: 'logs' },
  'AWS::S3::Bucket': { meaning: 'none', name: 'BucketName', service: 's3' },
  'AWS::S3::BucketPolicy': { meaning: 'none', service: 's3' },
  'AWS::SNS::Subscription': { meaning: 'none', service: 'sns' },
  'AWS::SNS::Topic': { meaning: 'none', name: 'TopicName', service: 'sns' },
  'AWS::SNS::TopicPolicy': { meaning: 'none', service: 'sns' },
  'AWS::SQS::QueuePolicy': { meaning: 'none', service: 'sqs' },
  'AWS::Scheduler::ScheduleGroup': { meaning: 'none', name: 'Name', service: 'scheduler' },
}

/** The part of an ARN after the account: each service writes it its own way (Service Authorization Reference). */
const arnPaths: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'alarm:',
  'AWS::CloudWatch::Dashboard': 'dashboard/',
  'AWS::DynamoDB::Table': 'table/',
  'AWS::Events::Archive': 'archive/',
  'AWS::Events::EventBus': 'event-bus/',
  'AWS::Events::Rule': 'rule/',
  'AWS::IAM::Role': 'role/',
  'AWS::KMS::Key': 'key/',
  'AWS::Lambda::Function': 'function:',
  'AWS::Logs::LogGroup': 'log-group:',
  'AWS::Scheduler::Schedule': 'schedule/default/',
  'AWS::Scheduler::ScheduleGroup': 'schedule-group/',
}

/** Where the template is resolved: the names that only a running stack has. */
export type Place = { region: string; account: string; stackName: string; queueUrl: (queueName: string) => string }

export const arnOf = (type: string, name: string, place: Place) =>
  `arn:aws:${resourceTypes[type]?.service}:${place.region}:${place.account}:${arnPaths[type] ?? ''}${name}`
