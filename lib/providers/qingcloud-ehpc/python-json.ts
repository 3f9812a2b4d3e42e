type Json = string | readonly Json[] | { readonly [key: string]: Json }

/**
 * JSON as Python's `json.dumps(value, sort_keys=True)` writes it. The signature covers the body, and whether the service
 * hashes the bytes it received or writes the JSON anew is not documented: this text survives both (qingcloud-ehpc.md,
 * section 8).
 */
export const pythonJson = (value: Json): string => {
  if (typeof value === 'string') return asciiString(value)
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${asciiString(key)}: ${pythonJson(member)}`)
  return `{${members.join(', ')}}`
}

/** `Array.isArray` does not narrow a readonly array. */
const isList = (value: Exclude<Json, string>): value is readonly Json[] => Array.isArray(value)

const asciiString = (text: string): string =>
  JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
