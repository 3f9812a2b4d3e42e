import type { HuaweiCredentials } from '../huawei-signature.ts'
import type { SimClock } from '../simulator.ts'

/** ess and ess-cold hold data; lgs are the nodes of a Logstash cluster. */
export const cssNodeTypes = ['ess', 'ess-master', 'ess-client', 'ess-cold', 'lgs'] as const
export type CssNodeType = (typeof cssNodeTypes)[number]

export type CssFleet = {
  /** An id nobody configured: a healthy cluster of three data nodes, or "no resources are found". */
  unknown: 'create' | 'missing'
  clusters: ReadonlyArray<{
    id: string
    projectId: string
    name?: string
    nodes: ReadonlyArray<{ id: string; type: CssNodeType }>
    /** In arrears: every restart is refused. */
    frozen?: boolean
  }>
  /** Known projects; every project when absent. */
  projects?: ReadonlyArray<string>
  /** Clusters whose every restart ends unavailable. */
  failing: ReadonlyArray<string>
  /** Share (0 to 1) of restarts that fail, drawn with the seed. */
  failureRate: number
}

/** What the documents leave open or contradict (huawei-otc.md sections 4 and 8). Durations are simulated milliseconds. */
export type CssOddities = {
  /** Body of an accepted restart: newer documents have none, those of 2021 a job id, as text in the table, as list in the sample. */
  restartReply: 'empty' | 'object' | 'jobId' | 'jobId list'
  /** Status of the cluster while it restarts: the documents' list sample says 200, the console suggests 100. */
  restartingStatus: '100' | '200'
  /** Whether the nodes turn 100 while they restart, or stay 200 as in the list sample. */
  restartingNodes: 'flip' | 'stay'
  failureReason: 'failedReason' | 'failed_reasons.errorCode' | 'failed_reasons.error_code'
  /** HTTP status of CSS.0011: 409 in the field, 202 in the documents. */
  busyStatus: 409 | 202
  errorBody: 'errCode' | 'error_code'
  /** Whether rolling restart is served below /v1.0 too; only /v2.0 is documented. */
  rollingOnV1: 'served' | 'missing'
  wrongProject: 'Common.0018' | 'badRequest'
  /** How long a restart cannot be seen yet. */
  unseenMs: readonly [number, number]
  /** From the first sign of the restart until the last node is back; per node when rolling. */
  restartMs: readonly [number, number]
  rollingNodeMs: readonly [number, number]
  /** How long the action stays listed after the last node came back. */
  trailingMs: readonly [number, number]
  /** Whole seconds as the cloud has it, or milliseconds, which a fast clock needs to show a change. */
  updatedPrecision: 'second' | 'millisecond'
}

export type CssProvider = 'otc-css' | 'huaweicloud-css'

export type CssOptions = {
  provider: CssProvider
  clock: SimClock
  seed: number
  credentials: HuaweiCredentials | ReadonlyArray<HuaweiCredentials>
  fleet?: Partial<CssFleet>
  oddities?: Partial<CssOddities>
}

export const cssFleetWithDefaults = (fleet: Partial<CssFleet> = {}): CssFleet => ({
  unknown: 'create',
  clusters: [],
  failing: [],
  failureRate: 0,
  ...fleet,
})

/** The two clouds run the same service; each starts from what its own documents show. */
const byProvider = {
  'otc-css': { restartReply: 'empty', failureReason: 'failedReason', restartingStatus: '100' },
  'huaweicloud-css': {
    restartReply: 'jobId list',
    failureReason: 'failed_reasons.error_code',
    restartingStatus: '200',
  },
} as const satisfies Record<CssProvider, Partial<CssOddities>>

export const cssOdditiesWithDefaults = ({ provider, clock, oddities }: CssOptions): CssOddities => ({
  ...byProvider[provider],
  restartingNodes: 'flip',
  busyStatus: 409,
  errorBody: 'errCode',
  rollingOnV1: 'served',
  wrongProject: 'Common.0018',
  // Together about 60 s, the one measured restart (an acceptance test of 60.44 s).
  unseenMs: [0, 20_000],
  restartMs: [35_000, 45_000],
  rollingNodeMs: [30_000, 45_000],
  trailingMs: [3_000, 8_000],
  updatedPrecision: clock.scale > 1 ? 'millisecond' : 'second',
  ...oddities,
})
