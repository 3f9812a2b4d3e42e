import { describe, expect, it } from 'vitest'
import { huaweiRefusal } from '../../../../lib/provider-kit/huawei/signature-refusal.ts'

const answer = (status: number, json?: unknown) =>
  ({ kind: 'response', status, headers: {}, text: '', json, receivedAt: 0 }) as const

describe('a refused signature of Huawei Cloud or OTC', () => {
  it.each([
    ['the gateway’s', answer(401, { error_code: 'APIGW.0301', error_msg: 'no' }), 'APIGW.0301', 'no'],
    [
      'the gateway’s, by its other prefix',
      answer(401, { error_code: 'APIG.0307', error_msg: 'no' }),
      'APIG.0307',
      'no',
    ],
    ['one of a token', answer(401, { error: { code: 'Common.0013', message: 'no' } }), 'Common.0013', 'no'],
    ['the native layer’s', answer(401, { unauthorized: { code: 401, message: 'no' } }), 'unauthorized', 'no'],
    ['one that is only a status', answer(401), 'HTTP.401', 'HTTP status 401'],
    ['one with a status for a code', answer(401, { code: 401, element: 'Unauthorized' }), '401', 'Unauthorized'],
  ])('is %s', (_, said, code, reason) => {
    expect(huaweiRefusal(said)).toEqual({ cause: 'credential', code, reason })
  })

  it.each([
    ['success', answer(200, { job_id: 'j1' })],
    ['lack of rights', answer(403, { error_code: 'APIGW.0302', error_msg: 'no' })],
    ['wrong project', answer(400, { error: { code: 'Common.0018', message: 'no' } })],
    ['wrong project in the native form', answer(401, { badRequest: { code: '401', message: 'no' } })],
    ['service’s own word', answer(401, { error: { code: 'Ecs.0013', message: 'no' } })],
    ['doubt', answer(401, { error: { code: 'Common.0001', message: 'perhaps' } })],
    ['bare 403', answer(403)],
  ])('is not a %s', (_, said) => {
    expect(huaweiRefusal(said)).toBeUndefined()
  })
})
