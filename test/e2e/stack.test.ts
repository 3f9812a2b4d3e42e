import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startStack, type Stack } from '../../infra/local/stack.ts'
import { root, templateFile } from '../helpers/packaged.ts'
import { restartOf } from '../helpers/requests.ts'

const env = { DROVER_TIME_SCALE: '60', LOG_LEVEL: 'error' }

const post = (stack: Stack, path: string, body: unknown) =>
  fetch(`${stack.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const endOf = (stack: Stack, operationId: string) =>
  stack
    .events()
    .filter((event) => event['detail-type'] === 'Node Operation State Change')
    .find(({ detail }) => detail['operationId'] === operationId && detail['endedAt'] !== null)?.detail['status']

describe('the embedded stack', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await startStack({ env })
  })
  afterAll(() => stack.close())

  test('carries an operation from HTTP through queues, a cloud and the poller to its event', async () => {
    const response = await post(stack, '/v1/operations', restartOf('otc-ecs', 3))
    const { operationId } = (await response.json()) as { operationId: string }

    expect(response.status).toBe(202)
    await expect.poll(() => endOf(stack, operationId), { timeout: 20_000 }).toBe('SUCCEEDED')
  })

  test('takes a request that comes as an event', async () => {
    await post(stack, '/local/events', {
      id: 'event-1',
      source: 'my.application',
      'detail-type': 'Node Operation Requested',
      detail: restartOf('huaweicloud-ecs', 2),
    })

    const ended = () =>
      stack.events().filter(({ detail }) => detail['trigger'] === 'event' && detail['status'] === 'SUCCEEDED').length
    await expect.poll(ended, { timeout: 20_000 }).toBe(1)
  })

  test('puts faults before a cloud, and the operation ends all the same', async () => {
    stack.inject('otc-ecs', {
      match: { method: 'POST' },
      when: 'before',
      then: { kind: 'reply', status: 429, headers: { 'retry-after': '1' }, body: '{}' },
    })

    const response = await post(stack, '/v1/operations', restartOf('otc-ecs', 1))
    const { operationId } = (await response.json()) as { operationId: string }

    await expect.poll(() => endOf(stack, operationId), { timeout: 30_000 }).toBe('SUCCEEDED')
  })

  test('answers a body of 7 MB with 413', async () => {
    const response = await post(stack, '/v1/operations', { reason: 'x'.repeat(7_000_000) })

    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('a template that the embedded stack does not understand', () => {
  let folder = ''
  afterEach(() => rm(folder, { recursive: true }))

  test.each([
    ['a resource', { Type: 'AWS::S3::AccessPoint', Properties: {} }, 'resource type AWS::S3::AccessPoint is not known'],
    ['a property', { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'x', FifoQueue: true } }, 'FifoQueue'],
    ['an intrinsic function', { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::If': [] } } }, 'Fn::If'],
  ])('for %s starts nothing', async (_, resource, message) => {
    folder = await mkdtemp(join(tmpdir(), 'drover-root-'))
    await cp(join(root, '.serverless'), join(folder, '.serverless'), { recursive: true })
    await cp(join(root, '.build'), join(folder, '.build'), { recursive: true })
    const template = JSON.parse(await readFile(templateFile, 'utf8')) as { Resources: Record<string, unknown> }
    template.Resources['Strange'] = resource
    await writeFile(templateFile.replace(root, folder), JSON.stringify(template))

    await expect(startStack({ env, root: folder })).rejects.toThrow(message)
  })
})
