import { fieldPattern } from './field-pattern.ts'
import type { ActionManifest, Option } from './manifest.ts'
import { pathText, type Problems, shown } from './problems.ts'
import type { Options } from './work.ts'

const MAX_LENGTH = 128

/** The options with the manifest's defaults, if all are known and right; the problems otherwise. */
export const checkOptions = (
  given: Record<string, unknown>,
  { options: known }: ActionManifest,
  problems: Problems,
): Options | undefined => {
  const before = problems.total()
  const checked: Record<string, string | boolean> = {}
  for (const [name, option] of Object.entries(known)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    const wrong = value === undefined ? undefined : problemWith(value, option)
    if (wrong !== undefined) problems.add({ path: `options.${name}`, message: wrong })
    else if (typeof value === 'string' || typeof value === 'boolean') checked[name] = value
    else if (option.type !== 'text' && option.default !== undefined) checked[name] = option.default
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known)
      const hint = names.length === 0 ? 'this action has none' : `known are ${names.join(', ')}`
      problems.add({ path: pathText(['options', name]), message: `is not a known option; ${hint}` })
    }
  }
  return problems.total() === before ? checked : undefined
}

const problemWith = (value: unknown, option: Option): string | undefined => {
  if (option.type === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false'
  if (typeof value !== 'string') return 'must be a string'
  if (option.type === 'text') {
    return value.length <= MAX_LENGTH && fieldPattern(option.pattern).test(value)
      ? undefined
      : `"${shown(value)}" is not valid: ${option.description}, like ${option.example}`
  }
  if (Object.hasOwn(option.values, value)) return undefined
  const refused =
    option.refused !== undefined && Object.hasOwn(option.refused, value) ? option.refused[value] : undefined
  return refused ?? `"${shown(value)}" is not one of ${Object.keys(option.values).join(', ')}`
}
