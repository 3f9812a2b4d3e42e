import { describe, expect, it } from 'vitest'
import { readHuaweiError } from '../../../../lib/provider-kit/huawei/error.ts'

describe('an error of Huawei Cloud or OTC', () => {
  it.each<[string, unknown, { code: string; message: string }]>([
    [
      'ECS and BMS, with details',
      {
        error: {
          message: 'request body is illegal.',
          code: 'Ecs.0005',
          details: [{ code: 'Ecs.0057', message: 'bad id' }, { code: 'Ecs.0058' }],
        },
      },
      { code: 'Ecs.0005', message: 'request body is illegal.; Ecs.0057: bad id; Ecs.0058:' },
    ],
    ['BMS', { error: { message: 'no port', code: 'BMS.0222' } }, { code: 'BMS.0222', message: 'no port' }],
    [
      'a code without a message',
      { error: { message: '', code: 'Ecs.0005' } },
      { code: 'Ecs.0005', message: 'Ecs.0005' },
    ],
    ['a message without a code', { error: { message: 'overloaded' } }, { code: 'UnnamedError', message: 'overloaded' }],
    ['an empty code', { error: { message: 'overloaded', code: '' } }, { code: 'UnnamedError', message: 'overloaded' }],
    ['a mere text', { error: 'Not Found', status: 404 }, { code: 'UnnamedError', message: 'Not Found' }],
    [
      'the gateway',
      { error_code: 'APIGW.0308', error_msg: 'threshold', request_id: 'r' },
      { code: 'APIGW.0308', message: 'threshold' },
    ],
    ['the gateway without a text', { error_code: 'APIG.0101' }, { code: 'APIG.0101', message: 'APIG.0101' }],
    [
      'CSS in the field',
      { errCode: 'CSS.0011', externalMessage: 'CSS.0011 : busy' },
      { code: 'CSS.0011', message: 'CSS.0011 : busy' },
    ],
    [
      'the native layer',
      { badRequest: { code: '401', message: "project_id 'a' doesn't match" } },
      { code: 'badRequest', message: "project_id 'a' doesn't match" },
    ],
    [
      'the native layer with a number',
      { conflictingRequest: { message: "Cannot 'stop'", code: 409 } },
      { code: 'conflictingRequest', message: "Cannot 'stop'" },
    ],
    ['CES', { code: 401, element: 'Unauthorized' }, { code: '401', message: 'Unauthorized' }],
    ['the job query', { code: 'Common.0011', message: 'Failed' }, { code: 'Common.0011', message: 'Failed' }],
  ])('is read in the shape of %s', (_, body, expected) => {
    expect(readHuaweiError(body)).toEqual(expected)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'error'],
    ['a list', [{ error: { code: 'x' } }]],
    ['an empty object', {}],
    ['a job id', { job_id: 'j1' }],
    ['a job id beside empty errors', { job_id: 'j1', error: null, error_code: null, errCode: '' }],
    ['an empty error', { error: {} }],
    ['a failed job, which is an answer', { job_id: 'j1', status: 'FAIL', error_code: 'Common.0021', fail_reason: 'x' }],
    ['a server', { server: { id: 's1', status: 'ACTIVE' } }],
    ['a code that says that all is well', { code: 200, message: 'ok' }],
    ['a code without words', { code: 'x' }],
  ])('is not seen in %s', (_, body) => {
    expect(readHuaweiError(body)).toBeUndefined()
  })
})
