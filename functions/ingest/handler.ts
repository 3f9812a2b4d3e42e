import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { observed } from '../../lib/lambda/invocation.ts'
import type { HttpResponse } from '../../lib/lambda/http-response.ts'
import { problemDetails } from '../../lib/lambda/problem-details.ts'
import { withClouds } from '../wiring/clouds.ts'
import { wireCore } from '../wiring/core.ts'
import { lazyHttp } from '../wiring/lazy-http.ts'
import { withMessaging } from '../wiring/messaging.ts'
import { readRules } from '../wiring/rules.ts'
import { ingest } from './ingest.ts'

const rules = readRules(process.env)
const deps = { ...withClouds(withMessaging(wireCore('ingest', process.env)), lazyHttp), rules }

export const handler = observed(
  deps,
  middy<unknown, HttpResponse | undefined>()
    .use(problemDetails(deps.log))
    .handler((event: unknown, context: Context) => ingest(event, context.awsRequestId, deps)),
)
