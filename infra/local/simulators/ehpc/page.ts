import { badValue } from './refusal.ts'
import type { EhpcTarget } from './signature.ts'

/** The values of one query parameter; an empty one says nothing. */
export const valuesOf = ({ query }: EhpcTarget, name: string): string[] =>
  query.filter(([key, value]) => key === name && value !== '').map(([, value]) => value)

/** Whether a row's value is among those asked for, or nothing was asked. */
export const asked = (target: EhpcTarget, names: ReadonlyArray<string>, ...has: ReadonlyArray<string>): boolean =>
  names.every((name) => {
    const wanted = valuesOf(target, name)
    return wanted.length === 0 || wanted.some((value) => has.includes(value))
  })

const wholeNumber = (target: EhpcTarget, name: string, otherwise: number): number => {
  const [text] = valuesOf(target, name)
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/u.test(text)) throw badValue(`[${name}] has to be a whole number`)
  return Number(text)
}

/** One page of rows that are oldest first: limit 10 unless told, never more than 100. Throws EhpcRefusal 1101. */
export const pageOf = <Row>(target: EhpcTarget, rows: ReadonlyArray<Row>): Row[] => {
  const limit = Math.min(wholeNumber(target, 'limit', 10), 100)
  const offset = wholeNumber(target, 'offset', 0)
  const ordered = wholeNumber(target, 'reverse', 0) > 0 ? rows.toReversed() : rows
  return ordered.slice(offset, offset + limit)
}

export const isVerbose = (target: EhpcTarget): boolean => wholeNumber(target, 'verbose', 0) > 0

/** `2022-04-06T01:26:33Z`, the form of every time in EHPC's answers. */
export const ehpcTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
