import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findProvider, providerIds, providers } from '../../../lib/providers/registry.ts'

const folder = new URL('../../../lib/providers/', import.meta.url)

describe('the registry', () => {
  it('has every folder, and nothing else', () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

    expect([...providerIds].toSorted()).toEqual(folders.map(({ name }) => name).toSorted())
  })

  it('knows each provider by the id of its manifest', () => {
    for (const [id, provider] of Object.entries(providers)) {
      expect(provider.manifest.id).toBe(id)
      expect(findProvider(id)).toBe(provider)
    }
  })

  it.each(['aws-ec2', '', 'constructor', '__proto__', 'OTC-ECS'])('does not find "%s"', (id) => {
    expect(findProvider(id)).toBeUndefined()
  })

  it.each(providerIds)('%s is documented in its folder', (id) => {
    expect(readdirSync(new URL(`${id}/`, folder))).toEqual(expect.arrayContaining(['index.ts', 'README.md']))
  })
})
