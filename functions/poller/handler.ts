import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { Environment, parseEnvironment } from '../../lib/lambda/environment.ts'
import { wire } from '../wiring.ts'
import { workOn } from './work-on.ts'

const deps = wire('poller', parseEnvironment(Environment, process.env), process.env)
/** The next run comes after a minute: this one leaves it the rest. */
const WORK_MS = 55_000

export const handler = middy<unknown, { passes: number }>().handler(async (_event: unknown, context: Context) => ({
  passes: await workOn(context.awsRequestId, deps.clock.now() + deps.pace(WORK_MS), deps),
}))
