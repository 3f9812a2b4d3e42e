import { huaweiRequest } from '../../helpers/huawei-client.ts'
import { projectOf, type Exchange, type Manner } from '../../helpers/hostile-cloud.ts'
import {
  acting,
  actingLater,
  changing,
  closing,
  empty,
  first,
  hanging,
  html,
  json,
  misleading,
  raw,
  redirecting,
  replying,
  trickling,
} from '../../helpers/manners.ts'
import type { Row } from './trial.ts'

/** Faults of the answer to the call that acts, once; then the cloud is well again. */
type Fault = { name: string; manner: Manner }

/** Whatever these answer, nobody can tell whether the cloud acted. */
const ambiguous: readonly Fault[] = [
  { name: 'a closed connection', manner: closing },
  { name: 'no answer at all', manner: hanging },
  ...[500, 502, 503, 504].map((status) => ({ name: `an HTML page with ${status}`, manner: html(status) })),
  ...[408, 499].map((status) => ({ name: `an empty ${status}`, manner: empty(status) })),
  { name: 'a 200 with an HTML page', manner: html(200) },
  { name: 'an empty 200', manner: empty(200) },
  { name: 'a 200 with half a JSON document', manner: replying({ status: 200, body: '{"job_id":"ff8080' }) },
  { name: 'a 200 that is a list', manner: json(200, [{ job_id: 'ff80808288d4' }]) },
  { name: 'a 200 with an error code that nobody knows', manner: json(200, { error_code: 'Xyz.1', error_msg: 'hm' }) },
  { name: 'a job id that is a number', manner: json(200, { job_id: 12_345 }) },
  { name: 'a job id that is null', manner: json(200, { job_id: null }) },
  { name: 'a job id that is empty', manner: json(200, { job_id: '' }) },
  { name: 'bytes that are no HTTP', manner: raw('hello\r\n\r\n') },
  { name: 'a head that breaks off', manner: raw('HTTP/1.1 200 OK\r\ncontent-le') },
  { name: 'a chunk that is none', manner: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}') },
  { name: 'a switch of protocols', manner: raw('HTTP/1.1 101 Hm\r\nconnection: upgrade\r\nupgrade: hm\r\n\r\n') },
  { name: 'a header of 100 KB', manner: empty(200, { 'x-long': 'x'.repeat(100_000) }) },
  { name: 'plain bytes that call themselves gzip', manner: empty(200, { 'content-encoding': 'gzip' }) },
  { name: 'a text that calls itself gzip', manner: html(200, { 'content-encoding': 'gzip' }) },
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `a ${status} to another host`,
    manner: redirecting(status),
  })),
]

/** Before the cloud acts they differ less: what it did not get to see leaves no trace, whatever was answered. */
const seenBefore = /closed|no answer|HTML page with 50|empty 200|307|308|408|no HTTP/

const lost: readonly Row[] = [
  ...ambiguous
    .filter(({ name }) => seenBefore.test(name))
    .map(({ name, manner }): Row => ({
      name: `${name} before it acted: proved not applied, sent again, done once`,
      manners: { post: first(manner) },
      status: 'SUCCEEDED',
      posts: 2,
    })),
  ...ambiguous.map(({ name, manner }): Row => ({
    name: `${name} after it acted: found, not sent again`,
    manners: { post: first(acting(manner)) },
    status: 'SUCCEEDED',
    posts: 1,
  })),
]

const afterActing: readonly Row[] = [
  { name: 'a length that is too long', manner: misleading((bytes) => bytes + 7) },
  { name: 'a length that is too short', manner: misleading((bytes) => bytes - 7) },
  { name: 'a byte a second', manner: acting(trickling) },
  { name: '202 without a job id', manner: acting(json(202, {})) },
  { name: '204', manner: acting(empty(204)) },
  { name: 'a job id that is a path', manner: acting(json(200, { job_id: '../../servers' })) },
  {
    name: 'a job id and an error beside it',
    manner: changing((reply) => ({
      ...reply,
      body: reply.body.toString().replace('{', '{"error":{"code":"Ecs.0005","message":"hm"},'),
    })),
  },
].map(({ name, manner }) => ({
  name: `${name} after it acted: followed to its end, not sent again`,
  manners: { post: first(manner) },
  status: 'SUCCEEDED',
  posts: 1,
}))

const flow = { error: { code: 'Common.0024', message: 'Flow limit exceeded' } }

const throttled: readonly Row[] = [
  { name: '429 with Retry-After in seconds', manner: empty(429, { 'retry-after': '1' }) },
  {
    name: '429 with Retry-After as a date',
    manner: ({ response }: Exchange) =>
      void response.writeHead(429, { 'retry-after': new Date(Date.now() + 2_000).toUTCString() }).end(),
  },
  { name: '429 without Retry-After', manner: html(429) },
  {
    name: '429 with Retry-After 1000000000 (waited for 15 minutes at most)',
    manner: empty(429, { 'retry-after': '1000000000' }),
  },
  { name: '429 with a negative Retry-After', manner: empty(429, { 'retry-after': '-30' }) },
  { name: '429 with a Retry-After of garbage', manner: empty(429, { 'retry-after': 'soon; really' }) },
  { name: '429 with a date long past', manner: empty(429, { 'retry-after': 'Sat, 01 Jan 2000 00:00:00 GMT' }) },
  { name: '429 with a date in the year 9999', manner: empty(429, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }) },
  { name: 'a flow limit inside a 202', manner: json(202, flow) },
  { name: 'a flow limit inside a 200', manner: json(200, flow) },
  { name: 'a flow limit with a wait of ages in its body', manner: json(429, { ...flow, retry_after: 1e9 }) },
  {
    name: 'a 503 with the code of a flow limit',
    manner: json(503, { error: { code: 'Common.1503', message: 'busy' } }),
  },
].map(({ name, manner }) => ({
  name: `${name}: nothing happened, asked again, done once`,
  manners: { post: first(manner) },
  status: 'SUCCEEDED',
  posts: 2,
}))

const refused: readonly Row[] = [
  {
    name: 'an error code in a 200',
    manner: json(200, { error: { code: 'Ecs.0005', message: 'no' } }),
    code: 'Ecs.0005',
  },
  {
    name: 'an error code in a 500',
    manner: json(500, { error: { code: 'Ecs.0005', message: 'no' } }),
    code: 'Ecs.0005',
  },
  {
    name: 'a 400 with a code that nobody knows',
    manner: json(400, { error_code: 'Xyz.1', error_msg: 'no' }),
    code: 'Xyz.1',
  },
  { name: 'a 403 with a page of a firewall', manner: html(403), code: 'HTTP.403' },
  { name: 'a 413 without a word', manner: empty(413), code: 'HTTP.413' },
  {
    name: 'a refused credential (never tried again: five of them lock a key)',
    manner: json(401, { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information' }),
    code: 'APIGW.0301',
  },
].map(({ name, manner, code }) => ({
  name: `${name}: refused, failed, not asked again`,
  manners: { post: first(manner, 9) },
  status: 'FAILED',
  counts: { failed: 3 },
  acted: 0,
  posts: 1,
  code,
}))

/** The request for half of the servers alone, signed as it would be. */
const actOnHalf = ({ request, act }: Exchange): void => {
  const body = JSON.parse(request.body.toString('utf8')) as { reboot: { type: string; servers: { id: string }[] } }
  const { type, servers } = body.reboot
  const half = servers.slice(0, Math.ceil(servers.length / 2))
  const projectId = projectOf(request)
  act(
    huaweiRequest({
      method: 'POST',
      path: request.target,
      projectId,
      at: Date.now(),
      body: { reboot: { type, servers: half } },
    }),
  )
}

const late: readonly Row[] = [
  {
    name: 'a closed connection a second before it acts: found within the grace time, not sent again',
    manners: { post: first(actingLater(1_000)) },
    status: 'SUCCEEDED',
    posts: 1,
  },
]

const partly = [2, 3, 25].map((nodes): Row => ({
  name: `half of ${nodes} servers were acted on before the answer was lost: only the others are sent again`,
  manners: {
    post: first((exchange) => {
      actOnHalf(exchange)
      closing(exchange)
    }),
  },
  nodes,
  status: 'SUCCEEDED',
  posts: 2,
}))

const otherActions = (['start', 'stop', 'delete'] as const).flatMap((action): Row[] => [
  {
    name: `${action}: closed before it acted`,
    action,
    manners: { post: first(closing) },
    status: 'SUCCEEDED',
    posts: 2,
  },
  {
    name: `${action}: closed after it acted`,
    action,
    manners: { post: first(acting(closing)) },
    status: 'SUCCEEDED',
    posts: 1,
  },
  {
    name: `${action}: 204 without a job`,
    action,
    manners: { post: first(acting(empty(204))) },
    status: 'SUCCEEDED',
    posts: 1,
  },
])

const many: readonly Row[] = [
  {
    name: '25 servers, closed before it acted',
    nodes: 25,
    manners: { post: first(closing) },
    status: 'SUCCEEDED',
    posts: 2,
  },
  {
    name: '25 servers, closed after it acted',
    nodes: 25,
    manners: { post: first(acting(closing)) },
    status: 'SUCCEEDED',
    posts: 1,
  },
]

const forEver: readonly Row[] = [
  {
    name: 'throttled for ever: given up at the deadline as surely not applied',
    manners: { post: empty(429) },
    status: 'FAILED',
    counts: { failed: 3 },
    code: 'HTTP.429',
    acted: 0,
  },
  {
    name: 'closed for ever before it acts: given up at the deadline as surely not applied',
    manners: { post: closing },
    status: 'FAILED',
    counts: { failed: 3 },
    acted: 0,
  },
]

export const providerRows: readonly Row[] = [
  ...lost,
  ...afterActing,
  ...throttled,
  ...refused,
  ...late,
  ...partly,
  ...otherActions,
  ...many,
  ...forEver,
]
