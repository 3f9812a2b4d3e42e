import type { Place } from './resource-types.ts'
import { TemplateError } from './template-error.ts'

type Names = {
  place: Place
  refOf: (logicalId: string) => string
  attributeOf: (logicalId: string, attribute: string) => string
}

type Resolve = (value: unknown, where: string) => unknown

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown, where: string) => {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new TemplateError(`${where}: text expected, found ${JSON.stringify(value)}`)
}

/** A resolver of `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join`; every other intrinsic function throws a TemplateError. */
export const intrinsics = ({ place, refOf, attributeOf }: Names): Resolve => {
  const pseudo: Record<string, string> = {
    'AWS::Region': place.region,
    'AWS::AccountId': place.account,
    'AWS::Partition': 'aws',
    'AWS::StackName': place.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  }
  const ref = (name: string, where: string) => {
    if (!name.startsWith('AWS::')) return refOf(name)
    const value = pseudo[name]
    if (value === undefined) throw new TemplateError(`${where}: ${name} is not known to the embedded stack`)
    return value
  }
  const dotted = (path: string) => {
    const [logicalId = '', ...attribute] = path.split('.')
    return attributeOf(logicalId, attribute.join('.'))
  }
  const substitute = (template: string, values: Record<string, unknown>, where: string) =>
    template.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (name in values) return text(resolve(values[name], where), where)
      return name.includes('.') ? dotted(name) : ref(name, whole)
    })

  const functions: Record<string, (argument: unknown, where: string) => string> = {
    Ref: (argument, where) => ref(text(argument, where), where),
    'Fn::GetAtt': (argument, where) =>
      Array.isArray(argument)
        ? attributeOf(text(argument[0], where), text(argument[1], where))
        : dotted(text(argument, where)),
    'Fn::Sub': (argument, where) =>
      Array.isArray(argument)
        ? substitute(text(argument[0], where), isObject(argument[1]) ? argument[1] : {}, where)
        : substitute(text(argument, where), {}, where),
    'Fn::Join': (argument, where) => {
      const [separator, parts] = Array.isArray(argument) ? argument : []
      const resolved = resolve(parts, where)
      if (!Array.isArray(resolved)) throw new TemplateError(`${where}: Fn::Join needs a list`)
      return resolved.map((part) => text(part, where)).join(text(separator, where))
    },
  }

  const resolve: Resolve = (value, where) => {
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, `${where}[${index}]`))
    if (!isObject(value)) return value
    const name = Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'))
    if (name === undefined) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, `${where}.${key}`)]))
    }
    const compute = functions[name]
    if (!compute) throw new TemplateError(`${where}: ${name} is not known to the embedded stack`)
    return compute(value[name], where)
  }
  return resolve
}
