import { expect, test } from 'vitest'
import * as z from 'zod'
import { ehpcSigner, ehpcStringToSign } from '../../lib/provider-kit/ehpc-signature.ts'
import { pythonJson } from '../../lib/providers/qingcloud-ehpc/python-json.ts'
import { askPython } from './ask-python.ts'
import { oddities } from './oddities.ts'
import { shortestDifference } from './shortest-difference.ts'

const Signed = z.array(
  z.object({ url: z.string(), body: z.string().nullable(), contentType: z.string(), stringToSign: z.string() }),
)

const COUNT = 1000
const ORIGIN = 'https://hpc.api.qingcloud.com'
const { below, chance, many, odd, pick, plain } = oddities(20_261_122)

const paths = [
  '/api/operation',
  '/api/cluster/list',
  '/api/cluster/listNodes',
  '/api/cluster/restartNodes',
  '/api/cluster/deleteNodes',
  '/api/cluster/startCluster',
  '/api/cluster/stopCluster',
]

/**
 * No slash: the SDK signs one in a value as it is, where the documents encode it (qingcloud-ehpc.md, section 8). No
 * parameter of ours may have one: zones, ids and numbers.
 */
const value = (): string => (chance(0.3) ? plain() : odd().replaceAll('/', ''))

const query = (): Record<string, string> => Object.fromEntries(many(below(8), () => [plain(), value()]))

const elements = () => ({
  [pick(['cluster_id', 'Z', 'a'])]: chance(0.7) ? plain() : odd(),
  node_ids: many(chance(0.05) ? 500 + below(500) : below(20), () => (chance(0.9) ? plain() : odd())),
  zone: odd(),
})

const aRequest = () => {
  const method = pick(['GET', 'POST'] as const)
  return {
    key: { accessKeyId: plain(20), secretAccessKey: `${plain(30)}${pick(['', '/', '+=', '节'])}` },
    now: Date.UTC(2020 + below(15), below(12), 1 + below(28), below(24), below(60), below(60), below(1000)),
    method,
    path: pick(paths),
    query: query(),
    ...(method === 'POST' && chance(0.9) ? { elements: elements() } : {}),
  }
}

const timestamp = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`

/** The parameters as a server reads them. Empty ones, which the SDK sends and does not sign, ours does not send at all. */
const paramsOf = (url: string) => Object.fromEntries([...new URL(url).searchParams].filter(([, text]) => text !== ''))

type Request = ReturnType<typeof aRequest>

const weSign = ({ key, now, method, path, query: params, elements: content }: Request) => {
  const text = content && pythonJson(content)
  const request = { method, path, query: params, ...(text === undefined ? {} : { body: text }) }
  const { url, headers, body } = ehpcSigner(key)(request, ORIGIN, now)
  const [signed = '', signature] = url.slice(`${ORIGIN}${path}?`.length).split('&signature=')
  const stringToSign = ehpcStringToSign(method, path, signed, body)
  return { stringToSign, signature, params: paramsOf(url), body, contentType: headers['content-type'] }
}

test(`of ${COUNT} requests, each is signed by the official EHPC SDK as it is here, down to the string that is signed`, async () => {
  const requests = many(COUNT, aRequest)

  const asked = requests.map((request) => ({ ...request, timestamp: timestamp(request.now) }))
  const theirs = Signed.parse(await askPython('qingcloud_signer', asked))

  expect(theirs).toHaveLength(COUNT)
  const cases = theirs.map(({ url, body, contentType, stringToSign }, i) => ({
    request: requests[i],
    ours: weSign(requests[i]!),
    theirs: {
      stringToSign,
      signature: url.split('&signature=')[1],
      params: paramsOf(url),
      body: body ?? undefined,
      // The SDK names a type also where there is no body.
      contentType: body === null ? undefined : contentType,
    },
  }))
  expect(shortestDifference(cases)).toBeUndefined()
})
