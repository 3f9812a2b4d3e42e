import { expect, test } from 'vitest'
import * as z from 'zod'
import type { AccessKey } from '../../lib/provider-kit/credentials.ts'
import { sdkAuthorization, sdkHmacSha256 } from '../../lib/provider-kit/sdk-hmac-sha256.ts'
import { askPython } from './ask-python.ts'
import { oddities } from './oddities.ts'
import { shortestDifference } from './shortest-difference.ts'

const Signed = z.array(z.object({ uri: z.string(), headers: z.record(z.string(), z.string()) }))

const COUNT = 1000
const { below, chance, many, odd, pick, plain } = oddities(20_261_121)

const hosts = ['ecs.eu-de.otc.t-systems.com', 'css.cn-north-4.myhuaweicloud.com', '127.0.0.1:9001']

/**
 * A segment is anything but "." and "..", which every URL resolves, and has no slash: the SDK takes an encoded one for the
 * end of the segment, the documents for a part of it (huawei-otc.md, section 5.1). No id of ours may have one.
 */
const segment = (): string => {
  const text = chance(0.7) ? plain() : odd().replaceAll('/', '')
  return /^\.*$/.test(text) ? 'x' : encodeURIComponent(text)
}

const body = (): string => {
  if (chance(0.2)) return pick(['', '{}', '[]', 'null', ' '])
  const ids = many(chance(0.05) ? 1000 + below(3000) : below(20), () => ({ id: plain(36) }))
  return JSON.stringify({ reboot: { type: 'SOFT', servers: ids }, reason: odd() })
}

const aKey = (): AccessKey => ({
  accessKey: plain(20),
  secretKey: `${plain(30)}${pick(['', '/', '+=', '节'])}`,
  ...(chance(0.4) ? { securityToken: `${plain(200)}/+==` } : {}),
})

const names = (): string => (chance(0.7) ? plain() : odd())

const aRequest = () => ({
  key: aKey(),
  projectId: plain(32),
  // A whole second: the header has no fraction.
  now: Date.UTC(2020 + below(15), below(12), 1 + below(28), below(24), below(60), below(60)),
  method: pick(['GET', 'POST'] as const),
  host: pick(hosts),
  path: `/${many(1 + below(6), segment).join('/')}${chance(0.1) ? '/' : ''}`,
  query: many(below(7), (): [string, string] => [names(), odd()]),
  body: body(),
})

type Request = ReturnType<typeof aRequest>

const dateOf = ({ now }: Request): string => new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')

const sdkSigns = async (requests: readonly Request[]) =>
  Signed.parse(
    await askPython(
      'huawei_signer',
      requests.map((request) => ({ ...request, date: dateOf(request) })),
    ),
  )

test(`of ${COUNT} requests, each goes out as the official Python SDK sends it, signature included`, async () => {
  const requests = many(COUNT, aRequest).map((request) => ({
    ...request,
    query: Object.entries(Object.fromEntries(request.query)),
  }))

  const theirs = await sdkSigns(requests)
  const ours = requests.map(({ key, projectId, now, method, host, path, query, body: text }) => {
    const request = { method, path, query: Object.fromEntries(query), ...(text === '' ? {} : { body: text }) }
    const { url, headers } = sdkHmacSha256(key, projectId)(request, `https://${host}`, now)
    return { uri: url.slice(`https://${host}`.length), headers }
  })

  expect(theirs).toHaveLength(COUNT)
  expect(
    shortestDifference(requests.map((request, i) => ({ request, ours: ours[i], theirs: theirs[i] }))),
  ).toBeUndefined()
})

test(`of ${COUNT} requests whose parameters come more than once, each has the signature of the official Python SDK`, async () => {
  const requests = many(COUNT, aRequest).map((request) => {
    const again = request.query
      .filter(() => chance(0.6))
      .map(([name, value]): [string, string] => [name, pick([value, odd()])])
    return { ...request, query: [...request.query, ...again] }
  })

  const theirs = await sdkSigns(requests)
  const ours = requests.map(({ key, method, host, body: text }, i) => {
    const { uri, headers } = theirs[i]!
    const { authorization: _, ...signed } = headers
    return sdkAuthorization({ method, url: `https://${host}${uri}`, headers: signed, body: text }, key)
  })

  const signatures = theirs.map(({ headers }) => headers['authorization'])
  expect(signatures).toHaveLength(COUNT)
  expect(
    shortestDifference(requests.map((request, i) => ({ request, ours: ours[i], theirs: signatures[i] }))),
  ).toBeUndefined()
})
