import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { eachMessage } from '../../lib/lambda/each-message.ts'
import { observed } from '../../lib/lambda/invocation.ts'
import { createHttp } from '../../lib/provider-kit/http.ts'
import { withClouds } from '../wiring/clouds.ts'
import { wireCore } from '../wiring/core.ts'
import { invoke } from './invoke.ts'

const deps = withClouds(wireCore('invoker', process.env), createHttp)

export const handler = observed(
  deps,
  middy<SQSEvent, SQSBatchResponse>().handler((event: SQSEvent) =>
    eachMessage(event, deps, (message) => invoke(message, deps)),
  ),
)
