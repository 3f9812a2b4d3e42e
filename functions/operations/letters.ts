import * as z from 'zod'
import type { Ledger } from '../../lib/domain/ports.ts'
import { NotFound } from '../../lib/domain/problem.ts'
import { veiled } from '../../lib/domain/veiled.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { page, parseQuery } from '../../lib/lambda/query.ts'
import { letterView } from './letter-view.ts'

const Query = z.strictObject(page(100))

/** What ended in a dead-letter queue or was refused, newest first. */
export const listLetters = async (http: HttpRequest, { ledger }: { ledger: Ledger }): Promise<HttpResponse> => {
  const { items, nextCursor } = await ledger.listLetters(parseQuery(Query, http))
  return json(200, { items: items.map(letterView), nextCursor })
}

/** The letter's id in the path. Throws NotFound for what cannot be one. */
export const letterIdOf = ({ path }: Pick<HttpRequest, 'path'>): string => {
  const letterId = path['letterId'] ?? ''
  if (!/^[\w.-]{1,128}$/.test(letterId)) throw new NotFound('there is no such letter')
  return letterId
}

/** One letter with its body, as far as it was kept, without what is secret. */
export const showLetter = async (http: HttpRequest, { ledger }: { ledger: Ledger }): Promise<HttpResponse> => {
  const letterId = letterIdOf(http)
  const letter = await ledger.letter(letterId)
  if (letter === undefined) throw new NotFound('there is no such letter')
  return json(200, { ...letterView(letter), body: veiled(await ledger.letterBody(letterId)) })
}
