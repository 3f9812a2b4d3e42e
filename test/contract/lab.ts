import { expect } from 'vitest'

import type { Fault, RawReply, RawRequest, Simulator } from '../../infra/local/simulators/simulator.ts'
import { paced } from '../../lib/domain/pace.ts'
import { parseRequest } from '../../lib/domain/parse-request.ts'
import type { Timing } from '../../lib/domain/manifest.ts'
import type { Submission } from '../../lib/domain/submission.ts'
import { authenticatedApi } from '../../lib/flow/authenticated-api.ts'
import { createBreakers } from '../../lib/flow/breakers.ts'
import { credentialName } from '../../lib/flow/credential-name.ts'
import type { Api } from '../../lib/provider-kit/api.ts'
import { createApi } from '../../lib/provider-kit/create-api.ts'
import type { Credentials } from '../../lib/provider-kit/credentials.ts'
import { createHttp } from '../../lib/provider-kit/http.ts'
import type { FollowedJob, LostSubmission, Provider } from '../../lib/provider-kit/provider.ts'
import { findProvider } from '../../lib/providers/registry.ts'
import { breakerLedger } from '../helpers/breaker-ledger.ts'
import { start } from '../helpers/served.ts'
import type { Cloud, ProviderCase, Sample } from './provider-case.ts'

export type LabOptions = {
  cloud?: Cloud
  credentials?: Credentials
  failing?: readonly string[]
  /** How many times faster the simulated cloud is. */
  scale?: number
  /** How far the cloud's clock is ahead of ours, ms. */
  skewMs?: number
}

/** A provider before its simulated cloud, over real HTTP, and a clock that moves only when told. */
export type Lab = Awaited<ReturnType<typeof openLab>>

/** Not at a full second: times in whole seconds differ from it. */
const START = Date.parse('2026-01-05T10:00:00.437Z')

/** Opens a simulated cloud for one sample; it closes by itself after the test. */
export const openLab = async (id: string, providerCase: ProviderCase, sample: Sample, options: LabOptions = {}) => {
  const provider = providerOf(id)
  const { scale = 1, skewMs = 0, failing = [], cloud = providerCase.cloud } = options
  const credentials = options.credentials ?? Object.values(providerCase.credentials)[0] ?? {}
  let now = START
  const ours = () => now
  const theirs = { scale, now: () => now + skewMs }
  const simulator = cloud({ clock: theirs, action: sample.action, failing })
  const wire = createWire(simulator, theirs.now)
  const served = await start(wire.simulator)
  const request = parseRequest(requestOf(id, sample), (name) => findProvider(name)?.manifest)

  const connect = (timeoutMs = 20_000, baseUrl = served.url): Api =>
    createApi({
      signer: provider.signer(credentials, request.target),
      baseUrl,
      http: createHttp({ timeoutMs, now: ours }),
      now: ours,
      secrets: Object.values(credentials),
    })
  const api = connect()
  const breakers = createBreakers({ ...breakerLedger(), clock: { now: ours, sleep: async () => {} }, pace: (ms) => ms })
  const skew = { ms: 0 }
  const http = createHttp({ timeoutMs: 20_000, now: ours })

  /** The API as a function has it that remembers these credentials, where others may be stored by now. */
  const authenticated = (remembered: Credentials, stored: Credentials = remembered): Api =>
    authenticatedApi({
      keys: remembered,
      reread: async () => stored,
      connect: (keys, aheadMs, withinMs) =>
        createApi({
          signer: provider.signer(keys, request.target),
          baseUrl: served.url,
          http,
          now: ours,
          secrets: Object.values(keys),
          skewMs: aheadMs,
          withinMs,
        }),
      refusal: provider.refusal,
      nameOf: (keys) => credentialName(id, 'default', keys),
      breakers,
      skew,
      clock: { now: ours, sleep: async () => {} },
      callMs: 30_000,
      onRefused: () => {},
    })
  const { provider: _, action, target, options: asked } = request
  const work = { provider: id, action, target, options: asked }
  const timing = timingOf(provider, sample, scale)

  return {
    id,
    provider,
    sample,
    work,
    nodeIds: request.nodeIds,
    timing,
    api,
    /** An API of another patience or address. */
    connect,
    authenticated,
    credentials,
    now: ours,
    advance: (ms: number) => {
      now += ms
    },
    submit: (via: Api = api, nodeIds: readonly string[] = request.nodeIds): Promise<Submission> =>
      provider.submit(work, nodeIds, via),
    /** The submission of this moment as something to follow. */
    job: (jobIds: readonly string[], rest: Partial<FollowedJob> = {}): FollowedJob => ({
      ...work,
      batchId: 'batch-1',
      jobIds,
      nodeIds: request.nodeIds,
      submittedAt: now,
      visibilityMs: timing.visibilityMs,
      ...rest,
    }),
    /** The submission of this moment as one whose answer was lost. */
    lost: (nodeIds: readonly string[] = request.nodeIds): LostSubmission => ({
      ...work,
      batchId: 'batch-1',
      nodeIds,
      sentAt: now,
      settledAt: now,
    }),
    inject: (fault: Fault) => served.inject(fault),
    /** Changes what comes back from the cloud. */
    intercept: wire.intercept,
    /** Every request as it was received, headers and all. */
    received: wire.received,
    requests: served.requests,
    actions: simulator.actions,
    close: served.close,
  }
}

/** The request of a sample, as it would come over HTTP. */
export const requestOf = (id: string, { action, target, nodeIds, options }: Sample) => ({
  provider: id,
  action,
  target,
  nodeIds,
  options,
})

/** Every node of the sample was acted on, as it was asked for, once; and no other. */
export const expectActedOnce = ({ actions, nodeIds, sample }: Lab): void => {
  expect(actions().map(({ nodeId, action }) => `${action} ${nodeId}`)).toEqual(
    nodeIds.map((nodeId) => `${sample.noted} ${nodeId}`),
  )
}

const providerOf = (id: string): Provider => {
  const provider = findProvider(id)
  if (provider === undefined) throw new Error(`${id} is not in the registry`)
  return provider
}

const timingOf = (provider: Provider, { action }: Sample, scale: number): Timing => {
  const timing = paced(provider.manifest, { scale }).actions[action]?.timing
  if (timing === undefined) throw new Error(`${provider.manifest.id} does not offer ${action}`)
  return timing
}

type Change = (request: RawRequest, reply: RawReply) => RawReply

/** What stands between the HTTP server and the cloud: dates the answers by the cloud's clock, keeps and changes. */
const createWire = (simulator: Simulator, now: () => number) => {
  const received: RawRequest[] = []
  let change: Change = (_, reply) => reply
  return {
    received,
    intercept: (next: Change) => {
      change = next
    },
    simulator: {
      ...simulator,
      handle: (request: RawRequest): RawReply => {
        received.push(request)
        const reply = change(request, simulator.handle(request))
        return { ...reply, headers: { date: new Date(now()).toUTCString(), ...reply.headers } }
      },
    },
  }
}
