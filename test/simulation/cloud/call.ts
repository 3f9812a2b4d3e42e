import type { Dice } from '../dice.ts'

/** One call as a cloud receives it. `caller` is the simulation's own knowledge: whose batch it is for. */
export type Call = {
  method: 'GET' | 'POST'
  path: string
  query: Readonly<Record<string, string>>
  body: string | undefined
  caller: Caller
  /** The cloud gives up halfway: it acts on the first half of what is named, and the answer says nothing. */
  half: boolean
}

export type Caller = { provider: string; operationId: string | undefined; account: string }

export type Reply = { status: number; json?: unknown; text?: string; headers?: Readonly<Record<string, string>> }

/** A simulated cloud: answers at once, and changes with time by itself. */
export type Cloud = { handle: (call: Call) => Reply }

/** What of these the cloud comes to act on. */
export const reached = <T>(all: readonly T[], { half }: Call): readonly T[] =>
  half ? all.slice(0, Math.ceil(all.length / 2)) : all

/** A page of a list, which now and then has fewer rows than there are. */
export const shortened = <T>(rows: readonly T[], dice: Dice, share: number): readonly T[] =>
  dice.chance(share) ? rows.slice(0, dice.below(rows.length + 1)) : rows

export const json = (status: number, body: unknown): Reply => ({ status, json: body })
