import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { Environment, parseEnvironment } from '../../lib/lambda/environment.ts'
import { eachMessage } from '../../lib/lambda/each-message.ts'
import { wire } from '../wiring.ts'
import { invoke } from './invoke.ts'

const deps = wire('invoker', parseEnvironment(Environment, process.env), process.env)

export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event: SQSEvent) =>
  eachMessage(event, deps, (message) => invoke(message, deps)),
)
