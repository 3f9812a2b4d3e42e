const compiled = new Map<string, RegExp>()

/** A manifest's pattern as a whole-match expression, compiled once. */
export const fieldPattern = (pattern: string): RegExp => {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const expression = new RegExp(`^(?:${pattern})$`)
  compiled.set(pattern, expression)
  return expression
}
