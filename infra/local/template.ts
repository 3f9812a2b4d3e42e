import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { intrinsics } from './intrinsics.ts'
import { arnOf, resourceTypes, type Place } from './resource-types.ts'
import { TemplateError } from './template-error.ts'

/** One resource, its properties parsed by the schema of whoever stands for it. */
export type Resource<Properties> = { logicalId: string; name: string; arn: string; properties: Properties }

export type Template = {
  /** All resources of a type; throws where one of them has a property that the schema does not know. */
  ofType: <Schema extends z.ZodType>(type: string, schema: Schema) => Resource<z.output<Schema>>[]
}

const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Outputs: z.record(z.string(), z.unknown()).optional(),
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DependsOn: z.unknown().optional(),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
      Metadata: z.unknown().optional(),
    }),
  ),
})

const parse = <Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new TemplateError(`the embedded stack does not understand ${where}: ${problems.slice(0, 5).join('; ')}`)
}

/**
 * Reads a CloudFormation template and resolves its intrinsic functions to local values. Throws a TemplateError for
 * a section, a resource type, an intrinsic function or (in `ofType`) a property that is not known here.
 */
export const readTemplate = (json: unknown, place: Place): Template => {
  const { Resources: resources } = parse(templateSchema, json, 'the template')
  const strange = Object.entries(resources).find(([, { Type }]) => !resourceTypes[Type])
  if (strange)
    throw new TemplateError(`${strange[0]}: resource type ${strange[1].Type} is not known to the embedded stack`)

  const find = (logicalId: string) => {
    const resource = resources[logicalId]
    if (!resource) throw new TemplateError(`the template refers to ${logicalId}, which it does not have`)
    return resource
  }
  const nameOf = (logicalId: string): string => {
    const { Type, Properties } = find(logicalId)
    const property = resourceTypes[Type]?.name
    const given = property ? Properties[property] : undefined
    return given === undefined ? logicalId : String(resolve(given, `${logicalId}.${property}`))
  }
  const refOf = (logicalId: string) => {
    const name = nameOf(logicalId)
    const { Type } = find(logicalId)
    if (Type === 'AWS::SQS::Queue') return place.queueUrl(name)
    return Type === 'AWS::SNS::Topic' ? arnOf(Type, name, place) : name
  }
  const attributeOf = (logicalId: string, attribute: string) => {
    const name = nameOf(logicalId)
    if (attribute === 'Arn') return arnOf(find(logicalId).Type, name, place)
    if (attribute.endsWith('Name')) return name
    throw new TemplateError(`${logicalId}: attribute ${attribute} is not known to the embedded stack`)
  }
  const resolve = intrinsics({ place, refOf, attributeOf })

  const resolved = Object.entries(resources).map(([logicalId, { Type, Properties }]) => ({
    logicalId,
    type: Type,
    name: nameOf(logicalId),
    arn: arnOf(Type, nameOf(logicalId), place),
    properties: resolve(Properties, logicalId),
  }))
  return {
    ofType: (type, schema) =>
      resolved
        .filter((resource) => resource.type === type)
        .map(({ logicalId, name, arn, properties }) => ({
          logicalId,
          name,
          arn,
          properties: parse(schema, properties, `${logicalId} (${type})`),
        })),
  }
}

export const loadTemplate = async (file: string, place: Place) =>
  readTemplate(JSON.parse(await readFile(file, 'utf8')), place)
