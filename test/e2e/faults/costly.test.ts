import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, uuids } from '../../helpers/api-client.ts'
import { type MemoryWatch, watchMemory } from '../../helpers/memory.ts'
import { type EcsTrials, tryAll } from './ecs-trials.ts'
import { costlyRows, poured } from './job-rows.ts'
import { acceptAll, allEnded, testEndings, trialsOf } from './trial.ts'

const MEGABYTE = 1024 * 1024

const trials = trialsOf(costlyRows)

/** As many operations without a fault bring the stack to the size that it has anyway. */
const warm = async (client: ApiClient): Promise<void> => {
  const request = (i: number) => ({
    provider: 'otc-ecs',
    action: 'restart',
    target: { region: 'eu-de', projectId: `warm-${i}` },
    nodeIds: uuids(3),
  })
  const ids = await acceptAll(
    client,
    trials.map((_, i) => request(i)),
  )
  await allEnded(client, ids, 30_000)
}

describe('a cloud that is slow or without an end', () => {
  let tried: EcsTrials
  let memory: MemoryWatch
  beforeAll(async () => {
    tried = await tryAll(trials, 10, async (stack, client) => {
      await warm(client)
      memory = watchMemory(stack.pid)
    })
  }, 150_000)
  afterAll(async () => {
    memory?.stop()
    await tried?.close()
  })

  testEndings(trials, () => tried)

  test('of gigabytes little is taken, and the memory of the stack stays bounded', () => {
    const { atStart, most } = memory.stop()

    // Four answers of 5 MB that were let in, and what the sockets on both sides hold.
    expect(poured.plain.bytes).toBeLessThan(4 * 30 * MEGABYTE)
    expect(most - atStart).toBeLessThan(500 * MEGABYTE)
  })
})
