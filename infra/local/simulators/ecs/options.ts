import type { HuaweiCredentials } from '../huawei-signature.ts'
import type { SimClock } from '../simulator.ts'

/** Why a server's part of a job fails, in the vendor's words. */
export type ServerFailure = { code: string; message: string }

export type FleetServer = {
  id: string
  projectId: string
  name?: string
  /** ACTIVE when absent. */
  status?: 'ACTIVE' | 'SHUTOFF'
  /** Yearly/monthly servers cannot be deleted. */
  prepaid?: boolean
}

export type Fleet = {
  servers: ReadonlyArray<FleetServer>
  /** An id nobody configured: made when it is first acted on, in the state the action needs, or missing. */
  unknown: 'create' | 'missing'
  /** Known projects; every project when absent. */
  projects?: ReadonlyArray<string>
  /** Servers whose part of every job fails. */
  failing: Record<string, ServerFailure>
  /** Share (0 to 1) of server actions that fail, drawn with the seed per server and action. */
  failureRate: number
  /** Servers whose jobs never end; only a HARD restart gets them out. */
  stuck: ReadonlyArray<string>
}

/** What the documents leave open, contradict or only warn of. docs/simulators.md explains each. */
export type Oddities = {
  submitStatus: 200 | 202 | 204 | 'mixed'
  flowLimit: 'Common.0024' | 'APIGW.0308'
  /** Servers in a rolling minute and project; ECS only. */
  serversPerMinute: number
  missing: 'request' | 'sub-job'
  wrongState: 'request' | 'sub-job'
  /** What ECS says of a server that is still at its last action; BMS has codes of its own. */
  busy: 'Ecs.0100' | 'Ecs.0603'
  bmsSoft: 'as-hard' | 'no-effect' | 'refused'
  subJobEntities: 'object' | 'array'
  subJobOrder: 'shifting' | 'request'
  wrongProject: 'Common.0018' | 'badRequest'
  /** Whole seconds as the cloud has it, or milliseconds, which a fast clock needs to show a change. */
  updatedPrecision: 'second' | 'millisecond'
}

export type EcsSimulatorOptions = {
  clock: SimClock
  seed: number
  credentials: HuaweiCredentials | ReadonlyArray<HuaweiCredentials>
  fleet?: Partial<Fleet>
  oddities?: Partial<Oddities>
}

export const fleetWithDefaults = (fleet: Partial<Fleet> = {}): Fleet => ({
  servers: [],
  unknown: 'create',
  failing: {},
  failureRate: 0,
  stuck: [],
  ...fleet,
})

export const odditiesWithDefaults = (clock: SimClock, oddities: Partial<Oddities> = {}): Oddities => ({
  submitStatus: 200,
  flowLimit: 'Common.0024',
  serversPerMinute: 1000,
  missing: 'request',
  wrongState: 'request',
  busy: 'Ecs.0100',
  bmsSoft: 'as-hard',
  subJobEntities: 'object',
  subJobOrder: 'shifting',
  wrongProject: 'Common.0018',
  updatedPrecision: clock.scale > 1 ? 'millisecond' : 'second',
  ...oddities,
})
