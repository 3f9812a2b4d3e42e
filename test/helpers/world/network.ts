import type { Answer } from '../../../lib/provider-kit/api.ts'
import type { Http } from '../../../lib/provider-kit/http.ts'
import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'
import type { VirtualClock } from './clock.ts'
import type { FakeCloud } from './clouds.ts'

/** What comes of one call: `act` lets the cloud have it. */
type Outcome = (act: () => Answer, request: SignedRequest) => Answer

/** Something that goes wrong with calls that match, `times` times. */
export type NetFault = { method?: 'GET' | 'POST'; path?: string; times?: number; outcome: Outcome }

export type Call = { at: number; provider: string; method: string; path: string; status: number | null }

/** The cloud acts, and its answer is lost. */
export const lostAfter: Outcome = (act) => {
  act()
  return { kind: 'lost', code: 'ECONNRESET', reason: 'the connection was reset' }
}

/** The request is lost on its way, and nobody can tell. */
export const lostBefore: Outcome = () => ({ kind: 'lost', code: 'ETIMEDOUT', reason: 'no answer in time' })

export const notSent: Outcome = () => ({ kind: 'not-sent', code: 'ECONNREFUSED', reason: 'connection refused' })

/** Another answer in the place of the cloud's, which never sees the call. */
export const replying =
  (status: number, body: unknown, headers: Record<string, string> = {}): Outcome =>
  () => ({ ...whole(status, JSON.stringify(body), headers), receivedAt: 0 })

/** The cloud's answer with its JSON made another one. */
export const changing =
  (change: (body: unknown) => unknown): Outcome =>
  (act) => {
    const answer = act()
    if (answer.kind !== 'response') return answer
    const json = change(answer.json)
    return { ...answer, json, text: JSON.stringify(json) }
  }

type Whole = Extract<Answer, { kind: 'response' }>

const whole = (status: number, text: string, headers: Record<string, string>): Omit<Whole, 'receivedAt'> => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // An answer without JSON is one too.
  }
  return { kind: 'response', status, headers, text, json }
}

export const hostOf = (provider: string): string => `http://${provider}.test`

/** The way from the adapters to the simulated clouds, without sockets. Their clock is `skewMs` ahead of ours. */
export const createNetwork = (clock: VirtualClock, clouds: ReadonlyMap<string, FakeCloud>, skewMs = 0) => {
  const latencyMs = 20
  const faults: NetFault[] = []
  const calls: Call[] = []

  const act = (cloud: FakeCloud, { method, url, headers, body }: SignedRequest): Answer => {
    const { pathname, search } = new URL(url)
    const reply = cloud.handle({
      method,
      target: `${pathname}${search}`,
      headers: { ...headers },
      body: Buffer.from(body ?? ''),
    })
    const text = Buffer.isBuffer(reply.body) ? reply.body.toString('utf8') : reply.body
    const dated = { date: new Date(clock.now() + skewMs).toUTCString(), ...reply.headers }
    return { ...whole(reply.status, text, dated), receivedAt: clock.now() }
  }

  const takeFault = (provider: string, { method, url }: SignedRequest): Outcome | undefined => {
    const path = url.slice(hostOf(provider).length)
    const index = faults.findIndex(
      (fault) => (fault.method ?? method) === method && (fault.path === undefined || path.includes(fault.path)),
    )
    const fault = faults[index]
    if (fault === undefined) return undefined
    const left = (fault.times ?? 1) - 1
    if (left > 0) faults[index] = { ...fault, times: left }
    else faults.splice(index, 1)
    return fault.outcome
  }

  const http: Http = async (request) => {
    const { host, pathname } = new URL(request.url)
    const provider = host.replace(/\.test$/, '')
    const cloud = clouds.get(provider)
    if (cloud === undefined) throw new Error(`no cloud at ${host}`)
    // Others get their turn while this call is under way.
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(latencyMs / 2)
    const fault = takeFault(provider, request)
    const answer = fault === undefined ? act(cloud, request) : fault(() => act(cloud, request), request)
    clock.advance(latencyMs / 2)
    const status = answer.kind === 'response' ? answer.status : null
    calls.push({ at: clock.now(), provider, method: request.method, path: pathname, status })
    return answer.kind === 'response' ? { ...answer, receivedAt: clock.now() } : answer
  }

  return {
    http,
    calls,
    /** Mutating calls that left for a provider. */
    submits: () => calls.filter(({ method }) => method === 'POST'),
    fail: (...more: NetFault[]) => void faults.push(...more),
  }
}

export type Network = ReturnType<typeof createNetwork>
