import type { ActionManifest, Field, Timing } from '../../../domain/manifest.ts'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** Where servers are: what every call of ECS and BMS needs, and which credentials to use. */
export const serverTarget = (region: Field): ActionManifest['target'] => ({
  region,
  projectId: {
    pattern: '[A-Za-z0-9][A-Za-z0-9-]{0,63}',
    description: 'Id of the project that the servers are in',
    example: '0215ef11e49d4743be23dd97a1561e91',
  },
  account: {
    pattern: '[A-Za-z0-9][A-Za-z0-9_-]{0,63}',
    description: 'Which stored credentials to use',
    example: 'default',
    optional: true,
  },
})

/** What all actions on servers have in common; 1,000 servers a call is in every document (huawei-otc.md, sections 1 and 3). */
export const serverAction =
  (target: ActionManifest['target'], timing: Timing) =>
  (description: string, options: ActionManifest['options'] = {}): ActionManifest => ({
    description,
    target,
    nodeId: {
      pattern: UUID,
      description: 'Id of a server, a UUID',
      example: '616fb98f-46ca-475e-917e-2563e5a8cd19',
      anyCase: true,
    },
    nodeKind: 'server',
    nodesPerCall: 1000,
    options,
    timing,
  })

/** Huawei's regions: all hosts of a service have one form (huawei-otc.md, section 5.4). */
export const huaweiRegion: Field = {
  pattern: '[a-z]{2,3}-[a-z]+-\\d{1,4}',
  description: 'Region',
  example: 'cn-north-4',
}
