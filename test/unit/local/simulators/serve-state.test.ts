/* oxlint-disable unicorn/no-thenable -- the `then` of a fault is a plain object, never a function */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { createEcsSimulator } from '../../../../infra/local/simulators/ecs.ts'
import type { Served } from '../../../../infra/local/simulators/serve.ts'
import { projectId, serverId } from '../../../helpers/ecs-cloud.ts'
import { huaweiCredentials, huaweiRequest } from '../../../helpers/huawei-client.ts'
import { counter, post, start } from '../../../helpers/served.ts'

describe('with a state file', () => {
  const inFolder = async (run: (file: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
    try {
      await run(join(folder, 'deep', 'state.json'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test('what was answered is on the disk, and a new server goes on from it', async () => {
    await inFolder(async (file) => {
      const served = await start(counter(), { stateFile: file })
      await Promise.all(Array.from({ length: 20 }, async () => post(served)))
      const written: unknown = JSON.parse(readFileSync(file, 'utf8'))

      const reborn = counter()
      await start(reborn, { stateFile: file })

      expect(written).toEqual({ count: 20 })
      expect(reborn.count()).toBe(20)
    })
  })

  test('it is written before an answer that gets lost', async () => {
    await inFolder(async (file) => {
      const served = await start(counter(), { stateFile: file, faults: [{ when: 'after', then: { kind: 'close' } }] })

      await expect(post(served)).rejects.toThrow('fetch failed')

      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ count: 1 })
    })
  })

  test('a restarted cloud still knows the job, and a reader does not make it write', async () => {
    await inFolder(async (file) => {
      let snapshots = 0
      const clock = { now: Date.now, scale: 1 }
      const create = () => {
        const ecs = createEcsSimulator({ clock, seed: 1, credentials: huaweiCredentials })
        return { ...ecs, snapshot: () => (snapshots += 1) && ecs.snapshot() }
      }
      const send = async (served: Served, method: 'GET' | 'POST', path: string, body?: unknown) => {
        const host = new URL(served.url).host
        const request = huaweiRequest({ method, path, projectId, at: Date.now(), host, ...(body ? { body } : {}) })
        const content = method === 'POST' ? { body: new Uint8Array(request.body) } : {}
        return fetch(served.url + path, { method, headers: request.headers, ...content })
      }
      const served = await start(create(), { stateFile: file })
      const body = { reboot: { type: 'SOFT', servers: [{ id: serverId(1) }] } }
      const { job_id: id } = (await (
        await send(served, 'POST', `/v1/${projectId}/cloudservers/action`, body)
      ).json()) as { job_id: string }
      const afterAction = snapshots
      await send(served, 'GET', `/v1/${projectId}/jobs/${id}`)
      const afterRead = snapshots

      const again = await start(create(), { stateFile: file })
      const reply = await send(again, 'GET', `/v1/${projectId}/jobs/${id}`)
      const actions = await (await fetch(`${again.url}/_simulator/actions`)).json()

      expect(afterRead).toBe(afterAction)
      expect(await reply.json()).toMatchObject({ job_id: id, entities: { sub_jobs_total: 1 } })
      expect(reply.headers.get('transfer-encoding')).toBe('chunked')
      expect(actions).toMatchObject([{ nodeId: serverId(1), action: 'restart' }])
    })
  })
})
