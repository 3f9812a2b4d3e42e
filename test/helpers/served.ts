import { afterEach } from 'vitest'

import { serve } from '../../infra/local/simulators/serve.ts'
import type { Served } from '../../infra/local/simulators/serve.ts'
import type { Simulator } from '../../infra/local/simulators/simulator.ts'

/** Counts POSTs and echoes what it was sent. */
export const counter = (): Simulator & { count: () => number } => {
  let count = 0
  return {
    handle: ({ method, target, headers, body }) => {
      if (method === 'POST') count += 1
      return {
        status: 200,
        headers: { 'x-seen': headers['x-mark'] ?? '' },
        body: JSON.stringify({ count, target, body: body.toString('base64') }),
      }
    },
    snapshot: () => ({ count }),
    restore: (snapshot) => {
      count = (snapshot as { count: number }).count
    },
    count: () => count,
  }
}

const open: Served[] = []
/** Serves a simulator until the test is over. */
export const start = async (simulator: Simulator, options?: Parameters<typeof serve>[1]): Promise<Served> => {
  const served = await serve(simulator, options)
  open.push(served)
  return served
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (served) => served.close()))
})

export const post = async (served: Served, path = '/a') =>
  fetch(served.url + path, { method: 'POST', body: 'x', redirect: 'manual' })
