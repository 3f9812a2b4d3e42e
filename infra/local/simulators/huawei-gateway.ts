import * as z from 'zod'
import { verifyHuaweiSignature } from './huawei-signature.ts'
import type { HuaweiCredentials } from './huawei-signature.ts'
import { drawHex } from './seeded.ts'
import type { RawReply, RawRequest, SimClock } from './simulator.ts'

/** What the gateway remembers: how often a key's signature was wrong in a row, and until when (ms) the key is locked. */
export const gatewayState = z.object({
  answers: z.int(),
  keys: z.record(z.string(), z.object({ failures: z.int(), lockedUntil: z.number() })),
})
export type GatewayState = z.infer<typeof gatewayState>

export type HuaweiGateway = {
  /** Nothing when the caller is known and belongs to the project of the path; the refusal otherwise. */
  refusal: (request: RawRequest, projectId: string) => RawReply | undefined
  /** Adds the headers that every answer of the vendor carries, with a request id of its own. */
  finish: (reply: RawReply) => RawReply
  state: () => GatewayState
  restore: (state: GatewayState) => void
  revision: () => number
}

export type HuaweiGatewayOptions = {
  clock: SimClock
  seed: number
  credentials: ReadonlyArray<HuaweiCredentials>
  /** Headers of every answer, for example a `server` of its own. */
  headers: Record<string, string>
  /** Known projects; every project when absent. */
  projects?: ReadonlyArray<string>
  wrongProject: 'Common.0018' | 'badRequest'
}

const FAILURES_UNTIL_LOCK = 5
const LOCK_MS = 5 * 60_000
const MAX_BODY_BYTES = 12 * 1024 * 1024

/** The API gateway in front of Huawei Cloud and OTC services: signature, key lock, project, headers (API Gateway docs, "Error codes"). */
export const createHuaweiGateway = (options: HuaweiGatewayOptions): HuaweiGateway => {
  const { clock, credentials, projects } = options
  let state: GatewayState = { answers: 0, keys: {} }
  let revision = 0

  const count = (accessKey: string, failures: number) => {
    const lockedUntil = failures >= FAILURES_UNTIL_LOCK ? clock.now() + LOCK_MS / clock.scale : 0
    state = {
      ...state,
      keys: { ...state.keys, [accessKey]: { failures: lockedUntil > 0 ? 0 : failures, lockedUntil } },
    }
    revision += 1
  }
  const refusal = (request: RawRequest, projectId: string): RawReply | undefined => {
    if (request.body.length > MAX_BODY_BYTES) return gatewayError(413, 'APIGW.0201', 'Request entity too large')
    const verdict = verifyHuaweiSignature(request, credentials, clock.now())
    const key = verdict.accessKey === undefined ? undefined : state.keys[verdict.accessKey]
    if (key !== undefined && key.lockedUntil > clock.now()) {
      return unauthenticated('AK access failed to reach the limit,forbidden')
    }
    if (!verdict.ok) {
      if (verdict.badSignature && verdict.accessKey !== undefined) count(verdict.accessKey, (key?.failures ?? 0) + 1)
      return unauthenticated(verdict.reason)
    }
    if (key !== undefined && key.failures > 0) count(verdict.accessKey, 0)
    const header = request.headers['x-project-id']
    const belongs = header === projectId && (projects === undefined || projects.includes(projectId))
    return belongs ? undefined : wrongProject(options.wrongProject, projectId, header)
  }

  return {
    refusal,
    finish: (reply) => {
      state = { ...state, answers: state.answers + 1 }
      const id = drawHex(options.seed, 'request', state.answers)
      const chunked = reply.status === 204 ? {} : { 'transfer-encoding': 'chunked' }
      const body = typeof reply.body === 'string' ? reply.body.replace(REQUEST_ID, id) : reply.body
      return {
        status: reply.status,
        headers: { ...chunked, ...options.headers, ...reply.headers, 'x-request-id': id },
        body,
      }
    },
    state: () => state,
    restore: (restored) => {
      state = restored
    },
    revision: () => revision,
  }
}

const REQUEST_ID = '{{request_id}}'

/** The gateway's own error shape; `finish` fills in the request id. */
export const gatewayError = (status: number, code: string, message: string): RawReply =>
  jsonReply(status, { error_code: code, error_msg: message, request_id: REQUEST_ID })

export const jsonReply = (status: number, value: unknown): RawReply => ({
  status,
  headers: { 'content-type': 'application/json;charset=utf-8' },
  body: JSON.stringify(value),
})

/** The services' error shape. */
export const serviceError = (status: number, code: string, message: string): RawReply =>
  jsonReply(status, { error: { message, code } })

const unauthenticated = (reason: string): RawReply =>
  gatewayError(401, 'APIGW.0301', `Incorrect IAM authentication information: ${reason}`)

/** The native layer quotes the status as text inside a 400. */
const wrongProject = (shape: 'Common.0018' | 'badRequest', projectId: string, header: string | undefined): RawReply =>
  shape === 'Common.0018'
    ? serviceError(400, 'Common.0018', 'The project ID in the URL does not match that of the token.')
    : jsonReply(400, {
        badRequest: {
          code: '401',
          message: `Malformed request URL: URL's project_id '${projectId}' doesn't match Context's project_id '${header ?? 'null'}'`,
        },
      })
