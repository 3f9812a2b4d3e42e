import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Item, readUnits, writeUnits } from './dynamo-units.ts'

/** Calls of one command, and what they are charged by. */
export type Line = { service: string; command: string; calls: number; units: number; unit: Unit; byLambda: boolean }
export type Unit = 'WRU' | 'RRU' | 'SQS request' | 'event'

/** Counts calls by service and command. */
export const createMeter = () => {
  const lines = new Map<string, Line>()
  return {
    /** `byLambda`: the platform made the call by itself. */
    add: (service: string, command: string, units: number, unit: Unit, byLambda = false): void => {
      const name = `${service} ${command} ${unit}`
      const line = lines.get(name) ?? { service, command, calls: 0, units: 0, unit, byLambda }
      lines.set(name, { ...line, calls: line.calls + 1, units: line.units + units })
    },
    lines: (): readonly Line[] => [...lines.values()],
  }
}

export type Meter = ReturnType<typeof createMeter>

type Call = {
  Item?: Item
  Key?: Item
  ConsistentRead?: boolean
}
type Answer = { Item?: Item; Items?: Item[] }

const nameOf = (item: Item): string => `${item['pk']?.S} ${item['sk']?.S}`

/** Reads and writes of the ledger's table, in units as DynamoDB charges them: what is stored is followed to know what changes. */
export const meterTable = (client: DynamoDBClient, meter: Meter): void => {
  const stored = new Map<string, Item>()
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = (context.commandName ?? '').replace(/Command$/, '')
      // Only the four commands of the ledger come here; their inputs have these fields.
      const { Item: item, Key: key, ConsistentRead: consistent = false } = args.input as Call
      if (item === undefined && command !== 'UpdateItem') {
        const answer = await next(args)
        const { Item: found, Items: items = found === undefined ? [] : [found] } = answer.output as Answer
        meter.add('DynamoDB', command, readUnits(items, consistent), 'RRU')
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
        meter.add('DynamoDB', command, units, 'WRU')
      }
    },
    { step: 'initialize', name: 'meter' },
  )
}
