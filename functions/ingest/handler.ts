import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import * as z from 'zod'
import { Environment, parseEnvironment } from '../../lib/lambda/environment.ts'
import type { HttpResponse } from '../../lib/lambda/http-response.ts'
import { problemDetails } from '../../lib/lambda/problem-details.ts'
import { wire } from '../wiring.ts'
import { ingest } from './ingest.ts'
import { RemediationRules } from './remediation-rules.ts'

const env = parseEnvironment(Environment.extend({ REMEDIATION_RULES_FILE: z.string().optional() }), process.env)
const file = env.REMEDIATION_RULES_FILE ?? join(import.meta.dirname, 'remediation-rules.json')
const rules = RemediationRules.parse(JSON.parse(readFileSync(file, 'utf8')))
const deps = { ...wire('ingest', env, process.env), rules }

export const handler = middy<unknown, HttpResponse | undefined>()
  .use(problemDetails(deps.log))
  .handler((event: unknown, context: Context) => ingest(event, context.awsRequestId, deps))
