import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { Environment, parseEnvironment } from '../../lib/lambda/environment.ts'
import { wire } from '../wiring.ts'
import { bury } from './bury.ts'

const deps = wire('dead-letter', parseEnvironment(Environment, process.env), process.env)

export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event: SQSEvent) => bury(event, deps))
