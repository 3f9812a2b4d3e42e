import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { observed } from '../../lib/lambda/invocation.ts'
import { withClouds } from '../wiring/clouds.ts'
import { wireCore } from '../wiring/core.ts'
import { lazyHttp } from '../wiring/lazy-http.ts'
import { withMessaging } from '../wiring/messaging.ts'
import { workOn } from './work-on.ts'

const deps = withClouds(withMessaging(wireCore('poller', process.env)), lazyHttp)
/** A little over the minute after which the next one is started, so that it takes over without a gap. */
const WORK_MS = 62_000

export const handler = observed(
  deps,
  middy<unknown, { passes: number }>().handler(async (_event: unknown, context: Context) => ({
    passes: await workOn(context.awsRequestId, deps.pace(WORK_MS), deps),
  })),
)
