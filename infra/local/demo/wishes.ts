import * as z from 'zod'
import type { CssFleet, CssOddities } from '../simulators/css/options.ts'
import { cssNodeTypes } from '../simulators/css/options.ts'
import type { Fleet, Oddities } from '../simulators/ecs/options.ts'
import type { EhpcFleet, EhpcOddities } from '../simulators/ehpc/options.ts'
import { faultSchema } from '../simulators/fault-queue.ts'

/** A field for each option that there is: one that is added to a simulator and forgotten here does not compile. */
type FieldsOf<Options> = { [Name in keyof Options]-?: z.ZodType }

const ids = z.array(z.string())
const share = z.number().min(0).max(1)
const count = z.int().min(0)
const range = z.tuple([z.number().min(0), z.number().min(0)])
const unknown = z.enum(['create', 'missing'])
const failure = z.strictObject({ code: z.string(), message: z.string() })
const updatedPrecision = z.enum(['second', 'millisecond'])
const wrongProject = z.enum(['Common.0018', 'badRequest'])

const server = z.strictObject({
  id: z.string(),
  projectId: z.string(),
  name: z.string().exactOptional(),
  status: z.enum(['ACTIVE', 'SHUTOFF']).exactOptional(),
  prepaid: z.boolean().exactOptional(),
})

const serverFleet = {
  servers: z.array(server),
  unknown,
  projects: ids,
  failing: z.record(z.string(), failure),
  failureRate: share,
  stuck: ids,
} satisfies FieldsOf<Fleet>

const serverOddities = {
  submitStatus: z.union([z.literal([200, 202, 204]), z.literal('mixed')]),
  flowLimit: z.enum(['Common.0024', 'APIGW.0308']),
  serversPerMinute: count,
  missing: z.enum(['request', 'sub-job']),
  wrongState: z.enum(['request', 'sub-job']),
  busy: z.enum(['Ecs.0100', 'Ecs.0603']),
  bmsSoft: z.enum(['as-hard', 'no-effect', 'refused']),
  subJobEntities: z.enum(['object', 'array']),
  subJobOrder: z.enum(['shifting', 'request']),
  wrongProject,
  updatedPrecision,
} satisfies FieldsOf<Oddities>

const searchCluster = z.strictObject({
  id: z.string(),
  projectId: z.string(),
  name: z.string().exactOptional(),
  nodes: z.array(z.strictObject({ id: z.string(), type: z.enum(cssNodeTypes) })),
  frozen: z.boolean().exactOptional(),
})

const searchFleet = {
  unknown,
  clusters: z.array(searchCluster),
  projects: ids,
  failing: ids,
  failureRate: share,
} satisfies FieldsOf<CssFleet>

const searchOddities = {
  restartReply: z.enum(['empty', 'object', 'jobId', 'jobId list']),
  restartingStatus: z.enum(['100', '200']),
  restartingNodes: z.enum(['flip', 'stay']),
  failureReason: z.enum(['failedReason', 'failed_reasons.errorCode', 'failed_reasons.error_code']),
  busyStatus: z.literal([409, 202]),
  errorBody: z.enum(['errCode', 'error_code']),
  rollingOnV1: z.enum(['served', 'missing']),
  wrongProject,
  unseenMs: range,
  restartMs: range,
  rollingNodeMs: range,
  trailingMs: range,
  updatedPrecision,
} satisfies FieldsOf<CssOddities>

const hpcCluster = z.strictObject({
  clusterId: z.string(),
  zone: z.string(),
  status: z.enum(['active', 'stopped']).exactOptional(),
  nodes: z.array(z.strictObject({ nodeId: z.string(), role: z.enum(['controller', 'login', 'compute']) })),
})

const hpcFleet = {
  unknown,
  clusters: z.array(hpcCluster),
  failing: ids,
  failureRate: share,
} satisfies FieldsOf<EhpcFleet>

const hpcOddities = {
  jobIdForm: z.enum(['job_id', 'job_ids string', 'job_ids array']),
  invisiblePolls: count,
  words: z.strictObject({ waiting: z.string(), running: z.string(), failed: z.string() }),
  retentionMs: z.number().min(0).nullable(),
  retCode: z.enum(['number', 'string']),
  busyCluster: z.enum(['refuse', 'allow']),
  signature: z.enum(['strict', 'lenient']),
  quota: count,
  nodeJobMs: range,
  clusterJobMs: range,
  healthLagMs: z.number().min(0),
} satisfies FieldsOf<EhpcOddities>

const wishOf = <F extends z.ZodRawShape, O extends z.ZodRawShape>(fleet: F, oddities: O) =>
  z
    .strictObject({
      seed: z.int(),
      fleet: z.strictObject(fleet).exactPartial(),
      oddities: z.strictObject(oddities).exactPartial(),
      faults: z.array(faultSchema),
    })
    .exactPartial()

const servers = wishOf(serverFleet, serverOddities)
const search = wishOf(searchFleet, searchOddities)
const hpc = wishOf(hpcFleet, hpcOddities)

/** What a file may ask of the simulated clouds: the fleets, oddities and faults of docs/simulators.md, by provider id. */
export const CloudWishes = z
  .strictObject({
    'otc-ecs': servers,
    'huaweicloud-ecs': servers,
    'huaweicloud-bms': servers,
    'otc-bms': servers,
    'huaweicloud-css': search,
    'otc-css': search,
    'qingcloud-ehpc': hpc,
  })
  .exactPartial()
