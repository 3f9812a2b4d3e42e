import { account, localArn, nameOf, sub } from './references.ts'
import type { Settings } from './settings.ts'

const alarmService = { Service: 'cloudwatch.amazonaws.com' }

/**
 * The key of the topic is our own: alarms cannot publish to a topic under the account's AWS managed key for SNS, whose
 * policy nobody can change (re:Post, "How do I configure a CloudWatch alarm to use an encrypted SNS topic?").
 */
const key = {
  Type: 'AWS::KMS::Key',
  Properties: {
    Description: 'Alarms of Drover on their way through SNS',
    EnableKeyRotation: true,
    PendingWindowInDays: 7,
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          // Without it nobody could ever change this policy. In a key policy `*` is this key.
          Sid: 'AdministeredByIamPoliciesOfThisAccount',
          Effect: 'Allow',
          Principal: { AWS: sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:root') },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Sid: 'UsedByAlarmsOfThisAccount',
          Effect: 'Allow',
          Principal: alarmService,
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ],
    },
  },
}

const topicPolicy = {
  Type: 'AWS::SNS::TopicPolicy',
  Properties: {
    Topics: [{ Ref: 'AlarmTopic' }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AlarmsOfDrover',
          Effect: 'Allow',
          Principal: alarmService,
          Action: 'sns:Publish',
          Resource: { Ref: 'AlarmTopic' },
          Condition: {
            ArnLike: { 'aws:SourceArn': localArn('cloudwatch', `alarm:${nameOf('*')}`) },
            StringEquals: { 'aws:SourceAccount': account },
          },
        },
        {
          Sid: 'OnlyOverTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: { Ref: 'AlarmTopic' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
}

/** Where every alarm goes, and by mail to whom the stage names. */
export const alarmTopic = ({ alarmEmail }: Settings) => ({
  AlarmKey: key,
  AlarmKeyAlias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: `alias/${nameOf('alarms')}`, TargetKeyId: { Ref: 'AlarmKey' } },
  },
  AlarmTopic: {
    Type: 'AWS::SNS::Topic',
    Properties: { TopicName: nameOf('alarms'), DisplayName: 'Drover', KmsMasterKeyId: { Ref: 'AlarmKey' } },
  },
  AlarmTopicPolicy: topicPolicy,
  ...(alarmEmail === ''
    ? {}
    : {
        AlarmEmail: {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: alarmEmail },
        },
      }),
})
