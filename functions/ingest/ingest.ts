import * as z from 'zod'
import { parseRequest } from '../../lib/domain/parse-request.ts'
import { plan } from '../../lib/domain/plan.ts'
import { InvalidRequest } from '../../lib/domain/problem.ts'
import { accept, type AcceptDeps, type Asked, permitted } from '../../lib/flow/accept.ts'
import { rulesOf } from '../../lib/flow/clouds.ts'
import { operationView } from '../../lib/domain/view.ts'
import { json, type HttpResponse } from '../../lib/lambda/http-response.ts'
import { bodyOf, type HttpRequest } from '../../lib/lambda/http-request.ts'
import { parseQuery } from '../../lib/lambda/query.ts'
import { Alarm } from './alarm.ts'
import { coolDown } from './cool-down.ts'
import { type Envelope, readEnvelope } from './envelope.ts'
import { remediate } from './remediate.ts'
import type { RemediationRules } from './remediation-rules.ts'
import { reject } from './reject.ts'

export type IngestDeps = AcceptDeps & { rules: RemediationRules }

/**
 * Any envelope becomes at most one operation for each request in it. Over HTTP a bad request is answered; elsewhere there
 * is nobody to answer, so it is kept in the ledger with all its problems. What fails for a passing reason is thrown, and
 * the platform delivers it again: the key makes that harmless.
 */
export const ingest = async (
  input: unknown,
  invocationId: string,
  deps: IngestDeps,
): Promise<HttpResponse | undefined> => {
  const envelope = readEnvelope(input, invocationId)
  if (envelope.kind === 'http') return overHttp(envelope.http, deps)
  await reject(invocationId, input, deps, () => fromEvent(envelope, deps))
  return undefined
}

const Query = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') })

const overHttp = async (http: HttpRequest, deps: IngestDeps): Promise<HttpResponse> => {
  // Read strictly and first: a dry run that is misspelled must not act.
  const { dryRun } = parseQuery(Query, http)
  const { request, planned } = prepare(bodyOf(http), deps)
  if (dryRun === 'true') {
    await permitted(request, deps)
    return json(200, planView(request, planned))
  }
  const key = http.headers['idempotency-key']
  const idempotencyKey = key === undefined ? null : `http ${checkedKey(key)}`
  const asked: Asked = { trigger: 'http', principal: http.principal, idempotencyKey, retryOf: null }
  const { operation, created } = await accept(request, planned, asked, deps)
  const view = operationView(operation, await deps.ledger.batches(operation.operationId))
  return json(created ? 202 : 200, view, { location: `/v1/operations/${operation.operationId}` })
}

const checkedKey = (key: string): string => {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new InvalidRequest([{ path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }])
}

const prepare = (body: unknown, { clouds }: IngestDeps) => {
  const request = parseRequest(body, (id) => clouds.find(id)?.manifest)
  const { provider, manifest } = rulesOf(clouds, request)
  const problems = provider.check?.(request, request.nodeIds) ?? []
  if (problems.length > 0) throw new InvalidRequest(problems)
  return { request, planned: plan(request, manifest) }
}

const planView = (request: ReturnType<typeof parseRequest>, planned: ReturnType<typeof plan>) => {
  const { nodeIds, ...rest } = request
  return {
    dryRun: true,
    planHash: planned.hash,
    ...rest,
    counts: { total: nodeIds.length },
    waves: [{ wave: 1, batches: planned.batches.length, nodes: nodeIds.length }],
    batches: planned.batches.map((nodes, i) => ({ wave: 1, batch: i + 1, nodes: nodes.length, nodeIds: nodes })),
    submitCalls: planned.batches.length,
    etaSeconds: Math.round(planned.etaMs / 1000),
  }
}

const fromEvent = async (envelope: Exclude<Envelope, { kind: 'http' }>, deps: IngestDeps): Promise<void> => {
  if (envelope.kind === 'unknown')
    throw new InvalidRequest([{ path: '', message: 'is no request, alarm or schedule that ingest knows' }])
  if (envelope.kind === 'alarm') return fromAlarm(envelope.event, envelope.eventId, deps)
  const { request, planned } = prepare(envelope.request, deps)
  const principal = envelope.kind === 'event' ? envelope.source : null
  await accept(
    request,
    planned,
    { trigger: envelope.kind, principal, idempotencyKey: envelope.key, retryOf: null },
    deps,
  )
}

const fromAlarm = async (event: unknown, eventId: string, deps: IngestDeps): Promise<void> => {
  const alarm = Alarm.safeParse(event)
  if (!alarm.success)
    throw new InvalidRequest(alarm.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })))
  for (const remedy of remediate(alarm.data, deps.rules.rules, deps.clock.now())) {
    if (remedy.kind === 'none') {
      deps.log.info('alarm not acted on', { eventId, rule: remedy.rule, reason: remedy.reason })
      continue
    }
    const { rule } = remedy
    const wanted = { reason: `alarm ${alarm.data.name}`, ...remedy.request }
    const { request } = prepare(wanted, deps)
    const nodeIds = await coolDown(rule, request, eventId, deps)
    if (nodeIds.length === 0) {
      deps.log.info('alarm not acted on', { eventId, rule: rule.name, reason: 'its nodes are cooling down' })
      continue
    }
    const cooled = prepare({ ...wanted, nodeIds }, deps)
    const idempotencyKey = `alarm ${eventId} ${rule.name}`
    await accept(
      cooled.request,
      cooled.planned,
      { trigger: 'alarm', principal: alarm.data.name, idempotencyKey, retryOf: null },
      deps,
    )
  }
}
