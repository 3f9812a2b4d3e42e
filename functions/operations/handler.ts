import middy from '@middy/core'
import { Environment, parseEnvironment } from '../../lib/lambda/environment.ts'
import { HttpRequest } from '../../lib/lambda/http-request.ts'
import type { HttpResponse } from '../../lib/lambda/http-response.ts'
import { problemDetails } from '../../lib/lambda/problem-details.ts'
import { wire } from '../wiring.ts'
import { operations } from './operations.ts'

const deps = wire('operations', parseEnvironment(Environment, process.env), process.env)

export const handler = middy<unknown, HttpResponse>()
  .use(problemDetails(deps.log))
  .handler((event: unknown) => operations(HttpRequest.parse(event), deps))
