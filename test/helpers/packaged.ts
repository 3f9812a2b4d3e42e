import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

export const templateFile = join(root, '.serverless/cloudformation-template-update-stack.json')

type PackagedResource = { Type: string; Properties: Record<string, unknown> }

/** Resources of the packaged template, by logical id. */
export const resources = (): Record<string, PackagedResource> =>
  (JSON.parse(readFileSync(templateFile, 'utf8')) as { Resources: Record<string, PackagedResource> }).Resources

/** What stands at a path inside of a value; undefined where there is nothing. */
export const at = (value: unknown, ...path: Array<string | number>): unknown =>
  path.reduce((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value)

/** The text at a path; throws when there is none. */
export const textAt = (value: unknown, ...path: Array<string | number>): string => {
  const found = at(value, ...path)
  if (typeof found !== 'string') throw new TypeError(`no text at ${path.join('.')}`)
  return found
}

export const ofType = (type: string) => Object.entries(resources()).filter(([, { Type }]) => Type === type)

/** Names of the files in a zip archive, from its central directory. */
export const filesInZip = (file: string): string[] => {
  const zip = readFileSync(join(root, file))
  const names: string[] = []
  for (let entry = zip.indexOf('PK\u0001\u0002'); entry >= 0; entry = zip.indexOf('PK\u0001\u0002', entry + 46)) {
    names.push(zip.toString('utf8', entry + 46, entry + 46 + zip.readUInt16LE(entry + 28)))
  }
  return names
}
