import { describe, expect, it } from 'vitest'
import { ehpcRefusal } from '../../../../lib/providers/qingcloud-ehpc/signature-refusal.ts'

const answer = (status: number, json?: unknown) =>
  ({ kind: 'response', status, headers: {}, text: '', json, receivedAt: 0 }) as const

describe('a refused signature of EHPC', () => {
  it.each([
    ['1200, for the key', answer(200, { ret_code: 1200, message: 'no' }), 'credential', '1200'],
    ['1200 as text', answer(200, { ret_code: '1200', message: 'no' }), 'credential', '1200'],
    ['1300, for the time', answer(200, { ret_code: 1300, message: 'old' }), 'clock', '1300'],
    ['a bare 401', answer(401), 'credential', 'HTTP.401'],
  ])('is %s', (_, said, cause, code) => {
    expect(ehpcRefusal(said)).toMatchObject({ cause, code })
  })

  it.each([
    ['success', answer(200, { ret_code: 0 })],
    ['lack of rights', answer(200, { ret_code: 1400, message: 'PermissionDenied' })],
    ['doubt with a 401', answer(401, { ret_code: 5100, message: 'try again' })],
  ])('is not a %s', (_, said) => {
    expect(ehpcRefusal(said)).toBeUndefined()
  })
})
