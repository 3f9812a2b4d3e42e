import * as z from 'zod'
import { faultSchema } from './fault-queue.ts'
import type { FaultQueue } from './fault-queue.ts'
import type { RawReply, RawRequest, Simulator } from './simulator.ts'

export type Controlled = { faults: FaultQueue; requests: () => ReadonlyArray<unknown>; simulator: Simulator }

/** Answers `/_simulator/…`, which is for the developer and no part of the simulated API; nothing for every other path. */
export const answerControl = (
  request: RawRequest,
  { faults, requests, simulator }: Controlled,
): RawReply | undefined => {
  if (!request.target.startsWith('/_simulator/')) return undefined
  switch (`${request.method} ${request.target}`) {
    case 'POST /_simulator/faults':
      return addFault(request.body, faults)
    case 'DELETE /_simulator/faults':
      faults.clear()
      return { status: 204, body: '' }
    case 'GET /_simulator/requests':
      return json(200, requests())
    case 'GET /_simulator/actions':
      return simulator.actions === undefined
        ? json(404, { message: 'this simulator keeps no actions' })
        : json(200, simulator.actions())
    default:
      return json(404, { message: 'no such control' })
  }
}

const addFault = (body: Buffer, faults: FaultQueue): RawReply => {
  const parsed = faultSchema.safeParse(parseJson(body))
  if (!parsed.success) return json(400, { message: z.prettifyError(parsed.error) })
  faults.add(parsed.data)
  return json(202, parsed.data)
}

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const json = (status: number, value: unknown): RawReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
