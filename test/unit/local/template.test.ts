import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { readTemplate } from '../../../infra/local/template.ts'
import { TemplateError } from '../../../infra/local/template-error.ts'
import { place, templateOf } from '../../helpers/template.ts'

const functionWith = (variables: Record<string, unknown>) =>
  templateOf({
    Queue: ['AWS::SQS::Queue', { QueueName: { 'Fn::Sub': 'jobs-${AWS::Region}' } }],
    Table: ['AWS::DynamoDB::Table', { TableName: 'ledger' }],
    Function: ['AWS::Lambda::Function', { FunctionName: 'worker', Variables: variables }],
  })

const variablesOf = (variables: Record<string, unknown>) =>
  functionWith(variables).ofType('AWS::Lambda::Function', z.object({ Variables: z.record(z.string(), z.string()) }))[0]!
    .properties.Variables

describe('the template of the embedded stack', () => {
  test('resolves a reference to a queue to the URL that the emulator answers at', () => {
    expect(variablesOf({ url: { Ref: 'Queue' } })).toEqual({
      url: 'http://127.0.0.1:9/000000000000/jobs-eu-central-1',
    })
  })

  test('resolves names and ARNs of other resources', () => {
    const variables = variablesOf({
      name: { Ref: 'Table' },
      list: { 'Fn::GetAtt': ['Table', 'Arn'] },
      dotted: { 'Fn::GetAtt': 'Function.Arn' },
      queue: { 'Fn::GetAtt': ['Queue', 'QueueName'] },
    })

    expect(variables).toEqual({
      name: 'ledger',
      list: 'arn:aws:dynamodb:eu-central-1:000000000000:table/ledger',
      dotted: 'arn:aws:lambda:eu-central-1:000000000000:function:worker',
      queue: 'jobs-eu-central-1',
    })
  })

  test('resolves a reference to a topic to its ARN, as CloudFormation does', () => {
    const template = templateOf({
      Topic: ['AWS::SNS::Topic', { TopicName: 'alarms' }],
      Function: ['AWS::Lambda::Function', { FunctionName: 'worker', Topic: { Ref: 'Topic' } }],
    })

    const [worker] = template.ofType('AWS::Lambda::Function', z.object({ Topic: z.string() }))

    expect(worker?.properties.Topic).toBe('arn:aws:sns:eu-central-1:000000000000:alarms')
  })

  test('substitutes references, attributes, own variables and literals in a text', () => {
    const variables = variablesOf({
      text: { 'Fn::Sub': ['${Table}/${Table.Arn}/${mine}/${!kept}', { mine: { Ref: 'AWS::Partition' } }] },
      joined: { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] },
    })

    expect(variables).toEqual({
      text: 'ledger/arn:aws:dynamodb:eu-central-1:000000000000:table/ledger/aws/${kept}',
      joined: 'a-000000000000',
    })
  })

  test.each([
    ['an intrinsic function', { 'Fn::ImportValue': 'other' }, 'Fn::ImportValue is not known'],
    ['a pseudo parameter', { Ref: 'AWS::StackId' }, 'AWS::StackId is not known'],
    ['an attribute', { 'Fn::GetAtt': ['Table', 'StreamArn.Id'] }, 'attribute StreamArn.Id is not known'],
    ['a resource that is not there', { Ref: 'Nothing' }, 'refers to Nothing'],
  ])('fails on %s that it does not know', (_, value, message) => {
    expect(() => functionWith({ value })).toThrow(message)
  })

  test('fails on a resource type that it does not know', () => {
    expect(() => templateOf({ Point: ['AWS::S3::AccessPoint', {}] })).toThrow(
      'Point: resource type AWS::S3::AccessPoint is not known',
    )
  })

  test('fails on a section that it does not know', () => {
    expect(() => readTemplate({ Resources: {}, Conditions: {} }, place)).toThrow(TemplateError)
  })

  test('fails on a property that whoever stands for the resource does not know', () => {
    const template = templateOf({ Queue: ['AWS::SQS::Queue', { QueueName: 'jobs', FifoQueue: true }] })

    expect(() => template.ofType('AWS::SQS::Queue', z.strictObject({ QueueName: z.string() }))).toThrow('FifoQueue')
  })
})
