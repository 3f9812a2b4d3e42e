import middy from '@middy/core'
import { observed } from '../../lib/lambda/invocation.ts'
import { HttpRequest } from '../../lib/lambda/http-request.ts'
import type { HttpResponse } from '../../lib/lambda/http-response.ts'
import { problemDetails } from '../../lib/lambda/problem-details.ts'
import { withClouds } from '../wiring/clouds.ts'
import { wireCore } from '../wiring/core.ts'
import { lazyHttp } from '../wiring/lazy-http.ts'
import { withMessaging } from '../wiring/messaging.ts'
import { operationNamedIn } from './find-operation.ts'
import { operations } from './operations.ts'

const deps = {
  ...withClouds(withMessaging(wireCore('operations', process.env)), lazyHttp),
  rules: async () => (await import('../wiring/rules.ts')).readRules(process.env),
}

export const handler = observed(
  deps,
  middy<unknown, HttpResponse>()
    .use(problemDetails(deps.log))
    .handler((event: unknown) => operations(HttpRequest.parse(event), deps)),
  operationNamedIn,
)
