import { describe, expect, test } from 'vitest'

import { parseRequest } from '../../lib/domain/parse-request.ts'
import { InvalidRequest } from '../../lib/domain/problem.ts'
import { findProvider } from '../../lib/providers/registry.ts'
import { subjects } from './cases.ts'
import { requestOf } from './lab.ts'

const parse = (request: unknown) => parseRequest(request, (id) => findProvider(id)?.manifest)

/** The paths of all problems of a request; none when it is valid. */
const pathsOf = (request: unknown): string[] => {
  try {
    parse(request)
    return []
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error
    return error.problems.map(({ path }) => path)
  }
}

/** What an id or a field of a target must never be. */
const hostile: Readonly<Record<string, (right: string) => unknown>> = {
  'that is empty': () => '',
  'that climbs out of its path': (right) => `../${right}`,
  'that climbs in the middle': (right) => `${right}/../../${right}`,
  'that climbs percent-encoded': (right) => `%2e%2e%2f${right}`,
  'with a slash at its end': (right) => `${right}/`,
  'with a query': (right) => `${right}?limit=1`,
  'with a line break at its end': (right) => `${right}\n`,
  'with a NUL': (right) => `${right}\u0000`,
  'with a header inside': (right) => `${right}\r\nx-project-id: another`,
  'with a space before it': (right) => ` ${right}`,
  'with a letter that only looks alike': (right) => `${right.slice(0, -1)}а`,
  'that is as long as a page': (right) => right + 'a'.repeat(5_000),
  'that is a number': () => 17,
  'that is an object': (right) => ({ id: right }),
  'that is null': () => null,
}

describe.each(subjects)('the request of %s', (_, { id, sample }) => {
  const right = requestOf(id, sample)
  const manifest = findProvider(id)?.manifest.actions[sample.action]

  test('is accepted, with every default filled in', () => {
    const parsed = parse(right)

    const defaults = Object.entries(manifest?.options ?? {}).flatMap(([name, option]) =>
      option.type === 'text' || option.default === undefined ? [] : [[name, option.default] as const],
    )
    expect(parsed).toMatchObject({ provider: id, action: sample.action, target: sample.target })
    expect(parsed.nodeIds.toSorted()).toEqual(sample.nodeIds.toSorted())
    expect(parsed.options).toEqual({ ...Object.fromEntries(defaults), ...sample.options })
  })

  test('counts an id once, in the case that is sent', () => {
    const again = manifest?.nodeId.anyCase ? sample.nodeIds.map((nodeId) => nodeId.toUpperCase()) : sample.nodeIds

    const parsed = parse({ ...right, nodeIds: [...sample.nodeIds, ...again] })

    expect(parsed.nodeIds.toSorted()).toEqual(sample.nodeIds.toSorted())
  })

  test('is refused with an unknown field, wherever it is', () => {
    const paths = pathsOf({
      ...right,
      force: true,
      target: { ...sample.target, tenant: 'x' },
      options: { ...sample.options, urgency: 'high' },
      rollout: { speed: 2 },
    })

    expect(paths.toSorted()).toEqual(['force', 'options.urgency', 'rollout.speed', 'target.tenant'])
  })

  test('is refused without ids, and without a field of its target', () => {
    const needed = Object.entries(manifest?.target ?? {}).flatMap(([name, field]) => (field.optional ? [] : [name]))

    const paths = pathsOf({ ...right, nodeIds: [], target: {} })

    expect(paths.toSorted()).toEqual(['nodeIds', ...needed.map((name) => `target.${name}`)].toSorted())
  })

  test.each(Object.entries(hostile))('is refused with an id %s', (__, spoil) => {
    const paths = pathsOf({ ...right, nodeIds: [sample.otherIds[0], spoil(sample.nodeIds[0] ?? '')] })

    expect(paths).toEqual(['nodeIds[1]'])
  })

  test.each(Object.entries(hostile))('is refused with a field of its target %s', (__, spoil) => {
    const fields = Object.entries(manifest?.target ?? {})
    const target = Object.fromEntries(fields.map(([name, { example }]) => [name, spoil(example)]))

    const paths = pathsOf({ ...right, target })

    expect(paths).toEqual(fields.map(([name]) => `target.${name}`))
  })

  test('is refused with options of the wrong kind', () => {
    const names = Object.keys(manifest?.options ?? {})
    const options = Object.fromEntries(names.map((name) => [name, 17]))

    expect(pathsOf({ ...right, options })).toEqual(names.map((name) => `options.${name}`))
  })

  test('has no problem that only the provider’s own rules know', () => {
    const { action, target, options, nodeIds } = parse(right)

    const problems = findProvider(id)?.check?.({ provider: id, action, target, options }, nodeIds) ?? []

    expect(problems).toEqual([])
  })
})
