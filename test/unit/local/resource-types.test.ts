import { expect, test } from 'vitest'
import { resourceTypes } from '../../../infra/local/resource-types.ts'

test('what has no meaning on one machine is listed by name: whoever adds a type decides', () => {
  const without = Object.entries(resourceTypes).flatMap(([type, { meaning }]) => (meaning === 'none' ? [type] : []))

  expect(without.toSorted()).toEqual([
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::ApiGatewayV2::Stage',
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::Events::Archive',
    'AWS::Events::EventBusPolicy',
    'AWS::IAM::Role',
    'AWS::KMS::Alias',
    'AWS::KMS::Key',
    'AWS::Lambda::Permission',
    'AWS::Logs::LogGroup',
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::SNS::Subscription',
    'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::Scheduler::ScheduleGroup',
  ])
})
