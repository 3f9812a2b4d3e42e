import { join } from 'node:path'
import { type JsonValue, type ResolvedValue, TemplateFile, TemplateModel } from '@aws/cloudformation-validate'
import { root } from './packaged.ts'

export const exampleFile = (name: string) => join(root, 'examples/deploy', name)

/** A value of a template as plain JSON, parameters at their defaults; references stand as text. */
const plain = (value: ResolvedValue): JsonValue => {
  if ('Concrete' in value) return value.Concrete.value
  if ('List' in value) return value.List.items.map(plain)
  if ('Map' in value) return Object.fromEntries(value.Map.entries.map((entry) => [entry.key, plain(entry.value)]))
  if ('Reference' in value) return `-> ${value.Reference.target}`
  if ('TypedDynamic' in value) return value.TypedDynamic.reason
  if ('Dynamic' in value) return value.Dynamic.reason
  throw new Error(`an example needs no ${Object.keys(value).join()}`)
}

type Resource = { type: string; properties: Record<string, JsonValue> }

/** Resources of an example, as the validator understands them: it reads YAML, and resolves what can be. */
export const resourcesOf = (name: string): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(new TemplateModel(new TemplateFile(exampleFile(name))).resources()).map(
      ([id, { resourceType, properties }]) => [
        id,
        {
          type: resourceType,
          properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)])),
        },
      ],
    ),
  )
