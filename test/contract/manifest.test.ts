import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { actions } from '../../lib/domain/action.ts'
import { fieldPattern } from '../../lib/domain/field-pattern.ts'
import type { ActionManifest, Field, Option } from '../../lib/domain/manifest.ts'
import type { Provider } from '../../lib/provider-kit/provider.ts'
import { providers } from '../../lib/providers/registry.ts'
import { cases } from './cases.ts'

const folder = new URL('../../lib/providers/', import.meta.url)

/** What no id, name or region may ever be: it would change the path, the query or a header of a request. */
const dangerous = [
  '',
  ' ',
  '.',
  '..',
  '../',
  '/',
  '\\',
  'a/b',
  '%2e%2e',
  '%',
  '?',
  '#',
  '&',
  'a b',
  'a\n',
  '\u0000',
  'ä',
]

test('every folder is a provider of the registry, with a README, and a case of this suite', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )

  expect(folders.toSorted()).toEqual(Object.keys(providers).toSorted())
  expect(folders.filter((name) => !existsSync(new URL(`${name}/README.md`, folder)))).toEqual([])
  expect(Object.keys(cases).toSorted()).toEqual(folders.toSorted())
})

describe.each<[string, Provider]>(Object.entries(providers))('the manifest of %s', (id, { manifest, endpoint }) => {
  const offered = Object.entries(manifest.actions)
  const fieldsOf = ({ target, nodeId }: ActionManifest): Field[] => [...Object.values(target), nodeId]

  test('has the name of its folder, a title and its sources', () => {
    expect(manifest.id).toBe(id)
    expect(manifest.title).not.toBe('')
    expect(manifest.sources.length).toBeGreaterThan(0)
    expect(offered.length).toBeGreaterThan(0)
  })

  test('offers every action, or tells in the document’s words why not, or none was ever documented', () => {
    for (const action of actions) {
      const reason = manifest.unsupported?.[action]
      if (manifest.actions[action] !== undefined) expect(reason).toBeUndefined()
      else expect(reason).not.toBe('')
    }
  })

  test('has a sample of each of its actions in this suite', () => {
    const sampled = new Set(cases[id as keyof typeof cases].samples.map(({ action }) => action))

    expect([...sampled].toSorted()).toEqual(Object.keys(manifest.actions).toSorted())
  })

  test.each(offered)('%s: its fields have patterns that take their examples and nothing dangerous', (_, action) => {
    for (const { pattern, description, example } of fieldsOf(action)) {
      expect(description).not.toBe('')
      expect(example).toMatch(fieldPattern(pattern))
      for (const text of dangerous) expect(text).not.toMatch(fieldPattern(pattern))
      expect(`${example}\n`).not.toMatch(fieldPattern(pattern))
      expect(`../${example}`).not.toMatch(fieldPattern(pattern))
    }
  })

  test.each(offered)('%s: ids of any case are told by a pattern of lower case', (_, { nodeId }) => {
    const isLower = fieldPattern(nodeId.pattern).test(nodeId.example.toLowerCase())

    expect(isLower).toBe(true)
    if (nodeId.anyCase) expect(nodeId.pattern).toBe(nodeId.pattern.toLowerCase())
  })

  test.each(offered)('%s: its durations are positive and in order', (_, { timing, nodesPerCall, nodeKind }) => {
    const { pollGridMs, traceMs, ...positive } = timing

    for (const value of Object.values(positive)) expect(value).toBeGreaterThan(0)
    expect(pollGridMs).toBeGreaterThanOrEqual(0)
    expect(traceMs ?? 1).toBeGreaterThan(0)
    expect(timing.deadlineMs).toBeGreaterThan(timing.expectedMs)
    expect(timing.deadlineMs).toBeGreaterThan(timing.graceMs)
    // What cannot be seen yet must not be judged "not applied".
    expect(timing.graceMs).toBeGreaterThanOrEqual(timing.visibilityMs)
    expect(timing.maxPollGapMs).toBeLessThanOrEqual(timing.deadlineMs)
    expect(Number.isInteger(nodesPerCall) && nodesPerCall >= 1).toBe(true)
    expect(nodeKind).not.toBe('')
  })

  test.each(offered)('%s: its options say what they do, and their defaults are among them', (_, { options }) => {
    for (const option of Object.values<Option>(options)) {
      expect(option.description).not.toBe('')
      if (option.type === 'text') expect(option.example).toMatch(fieldPattern(option.pattern))
      if (option.type === 'text') for (const text of dangerous) expect(text).not.toMatch(fieldPattern(option.pattern))
      if (option.type !== 'choice') continue
      const refused = option.refused ?? {}
      expect(Object.values({ ...option.values, ...refused })).not.toContain('')
      expect(Object.keys(option.values)).not.toEqual(expect.arrayContaining(Object.keys({ ...refused, '': '' })))
      if (option.default !== undefined) expect(Object.keys(option.values)).toContain(option.default)
    }
  })

  test('counts its rate limits by fields of its targets', () => {
    const fields = offered.map(([, { target }]) => Object.keys(target))

    for (const { unit, limit, windowMs, scope, description } of manifest.rateLimits) {
      expect(['nodes', 'calls']).toContain(unit)
      expect(limit).toBeGreaterThan(0)
      expect(windowMs).toBeGreaterThan(0)
      expect(description).not.toBe('')
      for (const names of fields) expect(names).toEqual(expect.arrayContaining([...scope]))
    }
  })

  test.each(offered)('%s: its host is one of https, for the example of a target', (_, { target }) => {
    const examples = Object.fromEntries(Object.entries(target).map(([name, field]) => [name, field.example]))
    const url = new URL(endpoint(examples))

    expect(url.protocol).toBe('https:')
    expect([url.pathname, url.search, url.port, url.username]).toEqual(['/', '', '', ''])
    expect(url.hostname).toMatch(/\.(?:otc\.t-systems\.com|myhuaweicloud\.com|qingcloud\.com)$/)
  })
})
