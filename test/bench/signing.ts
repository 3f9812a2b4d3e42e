import { createHash, createHmac } from 'node:crypto'
import type { ApiRequest } from '../../lib/provider-kit/api.ts'
import { ehpcSigner } from '../../lib/provider-kit/ehpc-signature.ts'
import { sdkHmacSha256 } from '../../lib/provider-kit/sdk-hmac-sha256.ts'
import type { Signer } from '../../lib/provider-kit/signer.ts'
import { cpuTimes } from './cpu-time.ts'
import { fixed, note, printTable, ratio } from './print.ts'
import { randomUuids } from './random-uuids.ts'

const NOW = Date.parse('2026-01-05T10:00:00.000Z')
const PROJECT = '0215ef11e49d4743be23dd97a1561e91'

const get: ApiRequest = { method: 'GET', path: `/v1/${PROJECT}/jobs/ff8080828e5a1c01018e5a3b6f0b0a2d` }
const post: ApiRequest = {
  method: 'POST',
  path: `/v1/${PROJECT}/cloudservers/action`,
  body: JSON.stringify({ reboot: { type: 'SOFT', servers: randomUuids(1_000, 6).map((id) => ({ id })) } }),
}

/** The peer: the least that a signature of the scheme takes, one digest of the body and one keyed hash of that. */
const digests =
  (digest: 'sha256' | 'md5') =>
  ({ body = '' }: ApiRequest): string =>
    createHmac('sha256', 'secret').update(createHash(digest).update(body).digest('hex')).digest('hex')

type Scheme = { name: string; sign: Signer; baseUrl: string; least: (request: ApiRequest) => string }

const schemes: Scheme[] = [
  {
    name: 'SDK-HMAC-SHA256 (Huawei, OTC)',
    sign: sdkHmacSha256({ accessKey: 'EXAMPLEACCESSKEY', secretKey: 'example-secret-key' }, PROJECT),
    baseUrl: 'https://ecs.eu-de.otc.t-systems.com',
    least: digests('sha256'),
  },
  {
    name: 'EHPC (QingCloud)',
    sign: ehpcSigner({ accessKeyId: 'EXAMPLEACCESSKEY', secretAccessKey: 'example-secret-key' }),
    baseUrl: 'https://ehpcapi.example.com/api',
    least: digests('md5'),
  },
]

/** Figure 5: what a signature costs. */
export const signing = (): void => {
  const rows = schemes.flatMap(({ name, sign, baseUrl, least }) =>
    [get, post].map((request) => {
      const works = [() => sign(request, baseUrl, NOW), () => least(request)]
      const [ours = Number.NaN, floor = Number.NaN] = cpuTimes(works, { times: 1_000 })
      const what = request.body === undefined ? 'GET' : 'POST of 1,000 ids'
      return [`${name}, ${what}`, fixed(ours, 1), fixed(floor, 1), ratio(ours, floor)]
    }),
  )
  printTable('5. Signing one request', ['', 'µs', 'its two digests alone, µs', 'to the digests'], rows)
  note(
    'Measured elsewhere on such a machine: the vendor SDK takes 11.4 µs for a GET and 83 µs for a POST of 1,000 ids.',
  )
}
