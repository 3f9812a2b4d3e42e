import { expect, test } from 'vitest'

import { ecsCloud, errorOf, json, projectId, serverId } from '../../../helpers/ecs-cloud.ts'
import { huaweiCredentials } from '../../../helpers/huawei-client.ts'

const detail = `/v1/${projectId}/cloudservers/detail`
const wrongSecret = { ...huaweiCredentials, secretKey: 'wrong' }

test('every answer carries a request id of its own and the name of the server', () => {
  const { call } = ecsCloud()

  const first = call({ path: detail })
  const second = call({ path: '/nowhere' })

  expect(first.headers).toMatchObject({
    server: 'api-gateway',
    'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/u),
  })
  expect(second.headers?.['x-request-id']).not.toBe(first.headers?.['x-request-id'])
})

test('a refusal quotes the request id of its header', () => {
  const { call } = ecsCloud()

  const refused = call({ path: detail, credentials: wrongSecret })

  expect(refused.status).toBe(401)
  expect(json(refused)).toEqual({
    error_code: 'APIGW.0301',
    error_msg: 'Incorrect IAM authentication information: verify signature fail',
    request_id: refused.headers?.['x-request-id'],
  })
})

test('five bad signatures in a row lock the key for five minutes, right ones included', () => {
  const { call, clock } = ecsCloud()
  for (let count = 0; count < 5; count += 1) call({ path: detail, credentials: wrongSecret })

  const locked = call({ path: detail })
  clock.advance(5 * 60_000)
  const unlocked = call({ path: detail })

  expect(errorOf(locked)).toEqual({ status: 401, code: 'APIGW.0301' })
  expect(unlocked.status).toBe(200)
})

test('a right signature in between starts the count again', () => {
  const { call } = ecsCloud()
  for (let count = 0; count < 4; count += 1) call({ path: detail, credentials: wrongSecret })
  call({ path: detail })
  for (let count = 0; count < 4; count += 1) call({ path: detail, credentials: wrongSecret })

  const reply = call({ path: detail })

  expect(reply.status).toBe(200)
})

test('the lock ends sooner by the scale of the clock', () => {
  const { call, clock } = ecsCloud({ scale: 60 })
  for (let count = 0; count < 5; count += 1) call({ path: detail, credentials: wrongSecret })

  clock.advance(5000)
  const unlocked = call({ path: detail })

  expect(unlocked.status).toBe(200)
})

test('a project header added after signing counts; without one there is no project', () => {
  const { call } = ecsCloud()
  const signed = ['host', 'x-sdk-date']

  const added = call({ path: detail, signed })
  const absent = call({ path: detail, signed, headers: { 'x-project-id': undefined } })

  expect(added.status).toBe(200)
  expect(errorOf(absent)).toEqual({ status: 400, code: 'Common.0018' })
})

test('the project named must be the one of the path', () => {
  const { call } = ecsCloud()

  const reply = call({ path: detail, projectId: 'ffffffffffffffffffffffffffffffff' })

  expect(errorOf(reply)).toEqual({ status: 400, code: 'Common.0018' })
})

test('a wrong project is worded as the native layer does, when switched so', () => {
  const { call } = ecsCloud({ oddities: { wrongProject: 'badRequest' }, fleet: { projects: ['other'] } })

  const reply = call({ path: detail })

  expect(json(reply)).toMatchObject({ badRequest: { code: '401' } })
})

test('an unknown path is unknown to the gateway', () => {
  const { call } = ecsCloud()

  const replies = [`/v1/${projectId}/volumes/detail`, `${detail}/more`, `/v3/${projectId}/cloudservers/detail`].map(
    (path) => errorOf(call({ path })),
  )

  expect(replies).toEqual(Array.from({ length: 3 }, () => ({ status: 404, code: 'APIGW.0101' })))
})

test('a body over 12 MB does not pass', () => {
  const { post } = ecsCloud()

  const reply = post('action', {
    reboot: { type: 'SOFT', servers: [{ id: serverId(1) }] },
    filler: 'x'.repeat(12_582_912),
  })

  expect(errorOf(reply)).toEqual({ status: 413, code: 'APIGW.0201' })
})
