import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'
import * as z from 'zod'
import { ofType, root, templateFile, textAt } from '../helpers/packaged.ts'
import { askPython } from './ask-python.ts'
import { startMoto } from './moto.ts'

/** What moto made of the stack. Functions by name, physical ids by logical id. */
const Deployed = z.object({
  status: z.string(),
  outputs: z.record(z.string(), z.string()),
  resources: z.record(z.string(), z.string()),
  functions: z.record(
    z.string(),
    z.object({
      arn: z.string(),
      handler: z.string(),
      timeout: z.number(),
      environment: z.record(z.string(), z.string()),
    }),
  ),
  mappings: z.array(
    z.object({
      queueArn: z.string(),
      functionArn: z.string(),
      batchSize: z.number(),
      state: z.string(),
      responses: z.array(z.string()),
    }),
  ),
})

export const region = 'eu-central-1'

/** moto answers a Ref to these with no name. In CloudFormation it is the resource's name, which has an attribute as well. */
const refByName = new Set(ofType('AWS::Events::EventBus').map(([id]) => id))

/** The template with two things said in the way that moto understands. They mean the same. */
const asMotoReads = (_: string, value: unknown): unknown => {
  const { Ref: ref, Type: type, Properties: properties } = Object(value) as Record<string, unknown>
  if (typeof ref === 'string' && refByName.has(ref)) return { 'Fn::GetAtt': [ref, 'Name'] }
  // The pattern of an archive may be an object, as that of a rule; moto takes a text alone.
  if (type === 'AWS::Events::Archive') {
    const { EventPattern, ...others } = properties as Record<string, unknown>
    return { ...Object(value), Properties: { ...others, EventPattern: { 'Fn::ToJsonString': EventPattern } } }
  }
  return value
}

const codeFiles = (): Record<string, string> =>
  Object.fromEntries(
    ofType('AWS::Lambda::Function').map(([, { Properties }]) => {
      const key = textAt(Properties, 'Code', 'S3Key')
      return [key, join(root, '.serverless', basename(key))]
    }),
  )

/** Starts moto and deploys the packaged stack to it. */
export const deployToMoto = async () => {
  const moto = await startMoto()
  const template = readFileSync(templateFile, 'utf8')
  const answer = await askPython('deploy', {
    endpoint: moto.endpoint,
    region,
    stackName: 'drover-dev',
    create: readFileSync(join(root, '.serverless/cloudformation-template-create-stack.json'), 'utf8'),
    update: JSON.stringify(JSON.parse(template), asMotoReads),
    code: codeFiles(),
  }).catch(async (error: unknown) => {
    await moto.close()
    throw error
  })
  return { ...moto, ...Deployed.parse(answer) }
}

export type DeployedStack = Awaited<ReturnType<typeof deployToMoto>>

/** What the AWS clients of a function or a test need to reach moto. */
export const clientVariables = ({ endpoint }: Pick<DeployedStack, 'endpoint'>) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
})

/** The tests' own clients of moto. */
export const clientsOf = ({ endpoint }: Pick<DeployedStack, 'endpoint'>) => {
  const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  return {
    dynamo: new DynamoDBClient(settings),
    events: new EventBridgeClient(settings),
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
  }
}
