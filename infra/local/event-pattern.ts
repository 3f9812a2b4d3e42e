import { TemplateError } from './template-error.ts'

type Test = (value: unknown) => boolean
type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const unknown = (what: unknown): never => {
  throw new TemplateError(`event pattern: ${JSON.stringify(what)} is not known to the embedded stack`)
}

const onText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value)

const textOf = (operand: unknown): string => (typeof operand === 'string' ? operand : unknown(operand))

/** `prefix` and `suffix` take a text, or `{"equals-ignore-case": text}`. */
const ends = (operand: unknown, test: (text: string, part: string) => boolean): Test => {
  if (!isFields(operand)) {
    const exact = textOf(operand)
    return onText((text) => test(text, exact))
  }
  const part = textOf(operand['equals-ignore-case']).toLowerCase()
  return onText((text) => test(text.toLowerCase(), part))
}

const wildcard = (operand: unknown): Test => {
  const parts = textOf(operand).split('*')
  const pattern = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')
  return onText((text) => new RegExp(`^${pattern}$`, 's').test(text))
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
}

const numeric = (operand: unknown): Test => {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) return unknown(operand)
  const limits = Array.from({ length: operand.length / 2 }, (_, index) => {
    const compare = comparisons[String(operand[index * 2])]
    const limit: unknown = operand[index * 2 + 1]
    return compare && typeof limit === 'number' ? (value: number) => compare(value, limit) : unknown(operand)
  })
  return (value) => typeof value === 'number' && limits.every((holds) => holds(value))
}

const anythingBut = (operand: unknown): Test => {
  const excluded = (Array.isArray(operand) ? operand : [operand]).map(matcher)
  return (value) => value !== undefined && !excluded.some((test) => test(value))
}

/** EventBridge user guide, "Comparison operators for use in event patterns"; `cidr` is left out. */
const operators: Record<string, (operand: unknown) => Test> = {
  prefix: (operand) => ends(operand, (text, part) => text.startsWith(part)),
  suffix: (operand) => ends(operand, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (operand) => {
    const expected = textOf(operand).toLowerCase()
    return onText((text) => text.toLowerCase() === expected)
  },
  wildcard,
  numeric,
  'anything-but': anythingBut,
  exists: (operand) => (operand === true ? (value) => value !== undefined : (value) => value === undefined),
}

function matcher(expected: unknown): Test {
  if (!isFields(expected)) return (value) => value === expected
  const [[name, operand] = ['', undefined], ...more] = Object.entries(expected)
  const operator = operators[name]
  return operator && more.length === 0 ? operator(operand) : unknown(expected)
}

/** A list in the event matches with any of its elements, as EventBridge has it. */
const anyOf = (value: unknown, test: Test) =>
  Array.isArray(value) && value.length > 0 ? value.some(test) : test(value)

const fieldTest = (expected: unknown): Test => {
  if (Array.isArray(expected)) {
    const tests = expected.map(matcher)
    return (value) => anyOf(value, (single) => tests.some((test) => test(single)))
  }
  if (!isFields(expected)) return unknown(expected)
  const test = compilePattern(expected)
  return (value) => anyOf(value, (single) => test(isFields(single) ? single : {}))
}

/** Compiles an EventBridge pattern; throws a TemplateError for an operator that is not known. */
export function compilePattern(pattern: Fields): (event: Fields) => boolean {
  const tests = Object.entries(pattern).map(([name, expected]): ((event: Fields) => boolean) => {
    if (name !== '$or') {
      const test = fieldTest(expected)
      return (event) => test(event[name])
    }
    if (!Array.isArray(expected)) return unknown(expected)
    const choices = expected.map((choice) => (isFields(choice) ? compilePattern(choice) : unknown(choice)))
    return (event) => choices.some((choice) => choice(event))
  })
  return (event) => tests.every((test) => test(event))
}
