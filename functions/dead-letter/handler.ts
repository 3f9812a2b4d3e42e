import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { observed } from '../../lib/lambda/invocation.ts'
import { wireCore } from '../wiring/core.ts'
import { bury } from './bury.ts'

const deps = wireCore('dead-letter', process.env)

export const handler = observed(
  deps,
  middy<SQSEvent, SQSBatchResponse>().handler((event: SQSEvent) => bury(event, deps)),
)
