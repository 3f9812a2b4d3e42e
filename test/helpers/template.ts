import type { Place } from '../../infra/local/resource-types.ts'
import { readTemplate } from '../../infra/local/template.ts'

export const place: Place = {
  region: 'eu-central-1',
  account: '000000000000',
  stackName: 'drover-local',
  queueUrl: (name) => `http://127.0.0.1:9/000000000000/${name}`,
}

/** A template of these resources, each `[type, properties]`. */
export const templateOf = (resources: Record<string, [string, Record<string, unknown>]>, where: Partial<Place> = {}) =>
  readTemplate(
    {
      Resources: Object.fromEntries(
        Object.entries(resources).map(([id, [Type, Properties]]) => [id, { Type, Properties }]),
      ),
    },
    { ...place, ...where },
  )
