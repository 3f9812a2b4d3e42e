import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type { StateChange } from '../domain/events.ts'
import type { Bus } from '../domain/ports.ts'
import { mapLimit } from '../domain/map-limit.ts'
import { refusalOf, type Refusal } from './refusal.ts'

/** The `source` of every event that Drover publishes. */
export const SOURCE = 'drover'

/** What EventBridge takes in one call: entries, and bytes of them all. */
const ENTRIES_PER_CALL = 10
const BYTES_PER_CALL = 256 * 1024
/** What an entry's time counts for, bytes ("Calculating Amazon EventBridge PutEvents event entry size"). */
const TIME_BYTES = 14
const CALLS_AT_ONCE = 4

type Indexed = { index: number; entry: PutEventsRequestEntry; bytes: number }

type Needs = {
  client: EventBridgeClient
  busName: string
  /** Told why events were not taken; they are published again by whoever finds them in the ledger. */
  onRefusal?: (refusal: Refusal) => void
}

/** Publishes state changes. A call that failed as a whole counts as if none of its events was taken. */
export const createBus = ({ client, busName, onRefusal }: Needs): Bus => {
  const toEntry = ({ detailType, time, detail }: StateChange, index: number): Indexed => {
    const Detail = JSON.stringify(detail)
    const bytes = TIME_BYTES + Buffer.byteLength(SOURCE) + Buffer.byteLength(detailType) + Buffer.byteLength(Detail)
    const entry = { EventBusName: busName, Source: SOURCE, DetailType: detailType, Detail, Time: new Date(time) }
    return { index, entry, bytes }
  }

  const putChunk = async (chunk: readonly Indexed[]): Promise<number[]> => {
    try {
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: chunk.map(({ entry }) => entry) }))
      // The answers stand in the order of the entries; whatever has no event id was not taken.
      const refused = chunk.filter((_, i) => Entries[i]?.EventId === undefined)
      for (const { ErrorCode, ErrorMessage } of Entries) {
        if (ErrorCode !== undefined) onRefusal?.({ count: 1, code: ErrorCode, reason: ErrorMessage ?? '' })
      }
      return refused.map(({ index }) => index)
    } catch (error) {
      onRefusal?.(refusalOf(error, chunk.length))
      return chunk.map(({ index }) => index)
    }
  }

  return {
    publish: async (changes) => {
      const refused = await mapLimit(inChunks(changes.map(toEntry)), CALLS_AT_ONCE, putChunk)
      return new Set(refused.flat())
    },
  }
}

const inChunks = (entries: readonly Indexed[]): Indexed[][] => {
  const chunks: Indexed[][] = []
  let room = 0
  for (const entry of entries) {
    const chunk = chunks.at(-1)
    if (chunk !== undefined && chunk.length < ENTRIES_PER_CALL && entry.bytes <= room) {
      chunk.push(entry)
      room -= entry.bytes
    } else {
      chunks.push([entry])
      room = BYTES_PER_CALL - entry.bytes
    }
  }
  return chunks
}
