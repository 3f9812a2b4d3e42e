import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'

/**
 * Region, credentials, endpoints (`AWS_ENDPOINT_URL…`) and retries are the SDK's own. Its requests have no time limit by
 * default: one that hangs would take the whole time of its function. ms, per attempt.
 */
const limits = (requestTimeout: number) => ({
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
})

export const createClients = () => ({
  dynamodb: new DynamoDBClient(limits(3_000)),
  sqs: new SQSClient(limits(5_000)),
  eventbridge: new EventBridgeClient(limits(5_000)),
  ssm: new SSMClient(limits(5_000)),
})
