import { expect, test } from 'vitest'
import { readSettings } from '../../../infra/settings.ts'

const asDeployed = {
  'sls:stage': 'dev',
  'param:alarmEmail': '',
  'param:requestAccounts': '',
  'param:jwtIssuer': '',
  'param:jwtAudience': '',
  'param:throttleRate': 20,
  'param:throttleBurst': 40,
  'param:reserveConcurrency': true,
}

const read = (changes: Record<string, unknown> = {}) => {
  const values: Record<string, unknown> = { ...asDeployed, ...changes }
  return readSettings({ resolveVariable: (address) => Promise.resolve(values[address]) })
}

test('a stage without parameters has IAM, no mail, and no other accounts', async () => {
  expect(await read()).toEqual({
    stage: 'dev',
    alarmEmail: '',
    requestAccounts: [],
    jwtIssuer: '',
    jwtAudience: [],
    throttleRate: 20,
    throttleBurst: 40,
    reserveConcurrency: true,
  })
})

test('parameters of the command line, which are text, mean what they say', async () => {
  const settings = await read({
    'param:requestAccounts': '111122223333, 444455556666',
    'param:throttleRate': '50',
    'param:reserveConcurrency': 'false',
  })

  expect(settings).toMatchObject({
    requestAccounts: ['111122223333', '444455556666'],
    throttleRate: 50,
    reserveConcurrency: false,
  })
})

test.each([
  ['a stage in capitals', { 'sls:stage': 'Prod' }, 'parameter stage'],
  ['a stage of 21 characters', { 'sls:stage': 'a'.repeat(21) }, 'parameter stage'],
  ['an issuer without an audience', { 'param:jwtIssuer': 'https://login.example.org' }, 'need each other'],
  [
    'an issuer not reached over TLS',
    { 'param:jwtIssuer': 'http://a', 'param:jwtAudience': 'b' },
    'parameter jwtIssuer',
  ],
  ['every account of the world', { 'param:requestAccounts': '*' }, 'parameter requestAccounts'],
  ['a flag that is neither', { 'param:reserveConcurrency': 'no' }, 'parameter reserveConcurrency'],
  ['no throttling', { 'param:throttleRate': 0 }, 'parameter throttleRate'],
])('%s is refused by its name', async (_, changes, message) => {
  await expect(read(changes)).rejects.toThrow(message)
})
