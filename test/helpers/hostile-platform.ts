import { setTimeout as sleep } from 'node:timers/promises'
import { type AwsExchange, type AwsManner, type AwsService, awsServices, openHostileAws } from './hostile-aws.ts'
import { type Started, runStart } from './started.ts'
import { rowOf } from './aws-calls.ts'

/** Which calls that concern one corner are treated badly, and how. */
export type Aim = {
  service: AwsService
  /** Asked for every call of the service that concerns the corner, in order of arrival. */
  when: (exchange: AwsExchange) => boolean
  treat: AwsManner
}

/** Operations are told apart by the project of their target, which is their corner. */
const OPERATION_ID = /op-[0-9a-f]{32}/g

/**
 * DynamoDB, SQS and EventBridge as the functions of a stack see them, with bad manners towards some operations. Which
 * operation is which is learned from what is written into the ledger.
 */
export const openHostilePlatform = async () => {
  const aimed = new Map<string, readonly Aim[]>()
  const corners = new Map<string, string>()
  const hits = new Map<Aim, number>()
  const calls: Pick<AwsExchange, 'service' | 'action' | 'text'>[] = []

  const aimAt = (exchange: AwsExchange): Aim | undefined => {
    const { service, action, text } = exchange
    calls.push({ service, action, text })
    const row = rowOf(exchange)
    if (row?.operationId !== undefined && row.target?.projectId !== undefined)
      corners.set(row.operationId, row.target.projectId)
    const concerned = new Set((text.match(OPERATION_ID) ?? []).flatMap((id) => corners.get(id) ?? []))
    const aims = [...concerned].flatMap((corner) => aimed.get(corner) ?? []).filter((aim) => aim.service === service)
    // Each is asked, as one may count what it sees.
    const hit = aims.filter(({ when }) => when(exchange))
    for (const aim of hit) hits.set(aim, (hits.get(aim) ?? 0) + 1)
    return hit[0]
  }
  const open = async (service: AwsService) =>
    [service, await openHostileAws({ service, mannerOf: (exchange) => aimAt(exchange)?.treat })] as const
  const services = new Map(await Promise.all(awsServices.map(open)))
  const each = [...services.values()]
  const variables = Object.fromEntries(
    [...services].map(([service, { url }]) => [`DROVER_PROXY_${service.toUpperCase()}`, url]),
  )

  return {
    services,
    /** `npm start` with everything between its functions and its emulators. */
    start: async (parameters: string[], env: Record<string, string>): Promise<Started> => {
      for (const service of each) service.disconnect()
      const stack = await runStart(parameters, { ...env, ...variables })
      for (const [name, service] of services) service.connect(await addressOf(name, stack))
      return stack
    },
    aim: (corner: string, aims: readonly Aim[]): void => void aimed.set(corner, aims),
    /** Honest to all from now on. */
    relent: (): void => aimed.clear(),
    /** The operations that were begun in a corner. */
    operations: (corner: string): string[] => [...corners].flatMap(([id, one]) => (one === corner ? [id] : [])),
    /** How many calls were treated so. */
    hits: (aim: Aim): number => hits.get(aim) ?? 0,
    calls: (action: string) => calls.filter((call) => call.action === action),
    close: async (): Promise<void> => {
      await Promise.all(each.map((service) => service.close()))
    },
  }
}

/** What the stack printed of its emulator, which may be read a little after it is ready. */
const addressOf = async (service: AwsService, stack: Started): Promise<string> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const url = new RegExp(`^${service} +(\\S+)$`, 'm').exec(stack.stderr())?.[1]
    if (url !== undefined) return url
    await sleep(50)
  }
  throw new Error(`the stack did not say where ${service} is`)
}
