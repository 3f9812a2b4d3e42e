import { fieldPattern } from './field-pattern.ts'
import type { ActionManifest } from './manifest.ts'
import { pathText, type Problems, shown } from './problems.ts'
import type { Target } from './work.ts'

const MAX_LENGTH = 128

/** The target, if every field that the manifest wants is there and right, and no other; the problems otherwise. */
export const checkTarget = (
  target: Record<string, unknown> | undefined,
  { target: fields }: ActionManifest,
  problems: Problems,
): Target | undefined => {
  if (target === undefined) return undefined
  const before = problems.total()
  const checked: Record<string, string> = {}
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(target, name) ? target[name] : undefined
    const path = `target.${name}`
    if (value === undefined) {
      if (!field.optional) problems.add({ path, message: `is missing: ${field.description}, like ${field.example}` })
    } else if (typeof value !== 'string') {
      problems.add({ path, message: 'must be a string' })
    } else if (value.length > MAX_LENGTH || !fieldPattern(field.pattern).test(value)) {
      problems.add({ path, message: `"${shown(value)}" is not valid: ${field.description}, like ${field.example}` })
    } else checked[name] = value
  }
  for (const name of Object.keys(target)) {
    if (!Object.hasOwn(fields, name)) {
      problems.add({
        path: pathText(['target', name]),
        message: `is not a known field; known are ${Object.keys(fields).join(', ')}`,
      })
    }
  }
  return problems.total() === before ? checked : undefined
}
