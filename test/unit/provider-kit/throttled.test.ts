import { expect, it } from 'vitest'
import type { Answer } from '../../../lib/provider-kit/api.ts'
import { providers } from '../../../lib/providers/registry.ts'

type Whole = Extract<Answer, { kind: 'response' }>

const response = (status: number, json: unknown): Whole => ({
  kind: 'response',
  status,
  headers: {},
  text: JSON.stringify(json),
  json,
  receivedAt: 0,
})

const huawei = Object.keys(providers).filter((id) => id !== 'qingcloud-ehpc')
const all = [...huawei, 'qingcloud-ehpc'] as (keyof typeof providers)[]
const says = (code: string) => ({ error: { code, message: 'said' } })

it.each(all)('a 429 of %s means later, and a success does not', (id) => {
  expect(providers[id].isThrottled(response(429, undefined))).toBe(true)
  expect(providers[id].isThrottled(response(200, {}))).toBe(false)
})

it.each(huawei as (keyof typeof providers)[])('%s says it by a code, whatever the status', (id) => {
  expect(providers[id].isThrottled(response(202, says('Common.0024')))).toBe(true)
  expect(providers[id].isThrottled(response(403, says('APIGW.0308')))).toBe(true)
  expect(providers[id].isThrottled(response(429, says('APIGW.0301')))).toBe(false)
})

it('EHPC says it by a code in an answer 200', () => {
  const { isThrottled } = providers['qingcloud-ehpc']

  expect(isThrottled(response(200, { ret_code: 2500, message: 'over quota' }))).toBe(true)
  expect(isThrottled(response(200, { ret_code: 1200, message: 'auth failure' }))).toBe(false)
})

it('a search cluster that is busy means later too', () => {
  expect(providers['otc-css'].isThrottled(response(202, says('CSS.0011')))).toBe(true)
})
