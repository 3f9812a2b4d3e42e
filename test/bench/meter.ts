import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Item, readUnits, writeUnits } from './dynamo-units.ts'

/** Calls of one command about one kind of thing, and what they are charged by. */
export type Line = {
  service: string
  command: string
  /** Which items of the ledger, or by which index. */
  about: string
  calls: number
  units: number
  unit: Unit
  byLambda: boolean
}
export type Unit = 'WRU' | 'RRU' | 'SQS request' | 'event'

/** Counts calls by service and command. */
export const createMeter = () => {
  const lines = new Map<string, Line>()
  return {
    /** `byLambda`: the platform made the call by itself. */
    add: (
      service: string,
      command: string,
      units: number,
      unit: Unit,
      { about = '', byLambda = false }: { about?: string; byLambda?: boolean } = {},
    ): void => {
      const name = `${service} ${command} ${about} ${unit}`
      const line = lines.get(name) ?? { service, command, about, calls: 0, units: 0, unit, byLambda }
      lines.set(name, { ...line, calls: line.calls + 1, units: line.units + units })
    },
    lines: (): readonly Line[] => [...lines.values()],
  }
}

export type Meter = ReturnType<typeof createMeter>

type Call = {
  Item?: Item
  Key?: Item
  IndexName?: string
  ConsistentRead?: boolean
}
type Answer = { Item?: Item; Items?: Item[] }

const KINDS: Readonly<Record<string, string>> = { OP: 'operation', B: 'batch', N: 'nodes', R: 'results' }

/** What kind of item a key names: items of an operation by their sort key, all others by their partition. */
const kindOf = ({ pk, sk }: Item): string => {
  const [first, second] = [pk?.S?.split('#')[0] ?? '', sk?.S?.split('#')[0] ?? '']
  return first === 'OP' ? (KINDS[second] ?? second) : first.toLowerCase()
}

const nameOf = (item: Item): string => `${item['pk']?.S} ${item['sk']?.S}`

/** Reads and writes of the ledger's table, in units as DynamoDB charges them: what is stored is followed to know what changes. */
export const meterTable = (client: DynamoDBClient, meter: Meter): void => {
  const stored = new Map<string, Item>()
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = (context.commandName ?? '').replace(/Command$/, '')
      // Only the four commands of the ledger come here; their inputs have these fields.
      const { Item: item, Key: key, IndexName: index, ConsistentRead: consistent = false } = args.input as Call
      const about = kindOf(item ?? key ?? { pk: { S: index ?? 'batches' } })
      if (item === undefined && command !== 'UpdateItem') {
        const answer = await next(args)
        const { Item: found, Items: items = found === undefined ? [] : [found] } = answer.output as Answer
        meter.add('DynamoDB', command, readUnits(items, consistent), 'RRU', { about })
        return answer
      }
      const name = nameOf(item ?? key ?? {})
      const before = stored.get(name)
      // A write whose condition fails is charged by the item that is there.
      let units = writeUnits(undefined, before ?? {})
      try {
        const answer = await next(args)
        if (item !== undefined) {
          units = writeUnits(before, item)
          stored.set(name, item)
        }
        return answer
      } finally {
        meter.add('DynamoDB', command, units, 'WRU', { about })
      }
    },
    { step: 'initialize', name: 'meter' },
  )
}
