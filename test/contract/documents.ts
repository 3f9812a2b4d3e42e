import { readdirSync, readFileSync } from 'node:fs'
import * as z from 'zod'

import { actions } from '../../lib/domain/action.ts'

const folder = new URL('../fixtures/documents/', import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const filesOf = (ending: string): string[] => readdirSync(folder).filter((name) => name.endsWith(ending))

const Texts = z.record(z.string(), z.string())
const Action = z.enum(actions)
const NO_BODY = '(no body)'

/** A mutating call: fields, blank line, request line, body, status, body of the answer, with blank lines between them. */
const readExchange = (name: string) => {
  const [head = '', line = '', body = '', status = '', answer = ''] = textOf(name).trimEnd().split('\n\n')
  const fields = new Map(head.split('\n').map((row) => [row.split(': ', 1)[0], row.slice(row.indexOf(':') + 1).trim()]))
  const field = (key: string): string => fields.get(key) ?? ''
  const list = (key: string): string[] =>
    field(key)
      .split(', ')
      .filter((text) => text !== '')
  const shown = {
    document: `${field('document')}, ${name}`,
    action: Action.parse(field('action')),
    target: Texts.parse(JSON.parse(field('target'))),
    options: z.record(z.string(), z.union([z.string(), z.boolean()])).parse(JSON.parse(field('options'))),
    nodeIds: list('nodes'),
    jobIds: list('jobs'),
    request: { line, body: body === NO_BODY ? '' : body },
    answer: { status: Number(status), body: answer === NO_BODY ? '' : answer },
  }
  return list('providers').map((providerId) => ({ providerId, ...shown }))
}

export const exchanges = filesOf('.exchange.txt').flatMap(readExchange)

const Answer = z.strictObject({
  document: z.string(),
  providers: z.array(z.string()),
  action: Action,
  target: Texts,
  nodeIds: z.array(z.string()),
  jobIds: z.array(z.string()),
  secondsAfter: z.number(),
  status: z.number().default(200),
  answer: z.unknown(),
  report: z.record(z.string(), z.unknown()),
})

export const answers = filesOf('.answer.json').flatMap((name) => {
  const { providers, ...shown } = Answer.parse(JSON.parse(textOf(name)))
  return providers.map((providerId) => ({ providerId, ...shown }))
})

const Refusals = z.array(
  z.strictObject({
    document: z.string(),
    providers: z.array(z.string()),
    action: Action,
    status: z.number(),
    body: z.string(),
    means: z.record(z.string(), z.unknown()),
  }),
)

export const errors = Refusals.parse(JSON.parse(textOf('errors.json'))).flatMap(({ providers, ...shown }) =>
  providers.map((providerId) => ({ providerId, ...shown })),
)
