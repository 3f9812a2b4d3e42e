import { type Exchange, honest, type Manner, send } from '../../helpers/hostile-cloud.ts'
import {
  acting,
  changing,
  closing,
  empty,
  exploding,
  first,
  hanging,
  html,
  json,
  misleading,
  pouring,
  type Poured,
  raw,
  redirecting,
  replying,
  trickling,
} from '../../helpers/manners.ts'
import type { Row } from './trial.ts'

type SubJob = { status: string; job_id: string; error_code?: unknown; fail_reason?: unknown; entities: unknown }
type Job = Omit<SubJob, 'entities'> & { entities: { sub_jobs_total: number; sub_jobs: SubJob[] } }
/** A job document, changed; `isOver` by the word of the simulator. */
type Change = (job: Job, isOver: boolean, exchange: Exchange) => unknown

/** Looks at the job show another document than the right one. */
const showing =
  (change: Change): Manner =>
  (exchange) => {
    if (!exchange.request.target.includes('/jobs/')) return honest(exchange)
    const reply = exchange.act()
    const job = JSON.parse(reply.body.toString()) as Job
    const isOver = job.status === 'SUCCESS' || job.status === 'FAIL'
    return send(exchange.response, { ...reply, body: JSON.stringify(change(job, isOver, exchange)) })
  }

const withSubJobs = (job: Job, sub_jobs: unknown): unknown => ({ ...job, entities: { ...job.entities, sub_jobs } })
/** What says nothing of single servers: what was once seen of one would count. */
const ofNobody = (job: Job): unknown => withSubJobs(job, [])

const failed = (sub: SubJob): SubJob => ({ ...sub, status: 'FAIL', error_code: 'Ecs.0227', fail_reason: 'no' })
const serverOf = ({ entities }: SubJob) => (entities as { server_id: string }).server_id

const gone: Manner = json(400, { error: { code: 'Common.0011', message: 'Failed to query system tasks.' } })
const stranger = '00000000-1111-2222-3333-444444444444'

const unknowable = (rest: Omit<Row, 'status'>): Row => ({
  status: 'NEEDS_ATTENTION',
  counts: { unknown: 3 },
  posts: 1,
  ...rest,
})
const well = (rest: Omit<Row, 'status'>): Row => ({ status: 'SUCCEEDED', posts: 1, ...rest })

/** The job itself: strange, contradictory, gone. The action was carried out once, whatever is said of it. */
export const jobDocumentRows: readonly Row[] = [
  well({ name: 'a job that is unknown right after its submission', manners: { read: first(gone) } }),
  unknowable({
    name: 'a job that runs, and is gone after its retention: unknown',
    manners: {
      read: (exchange) =>
        exchange.nth < 1 ? showing((job) => withSubJobs({ ...job, status: 'RUNNING' }, []))(exchange) : gone(exchange),
    },
    code: 'JobGone',
  }),
  unknowable({
    name: 'a job that runs for ever: unknown at its deadline',
    manners: { read: showing((job) => withSubJobs({ ...job, status: 'RUNNING' }, [])) },
    code: 'DeadlineExceeded',
  }),
  {
    name: 'SUCCESS over a sub job that failed: the sub job counts',
    manners: {
      read: showing((job, isOver) =>
        isOver
          ? withSubJobs(
              job,
              job.entities.sub_jobs
                .toSorted((a, b) => (serverOf(a) < serverOf(b) ? -1 : 1))
                .map((sub, i) => (i === 0 ? failed(sub) : sub)),
            )
          : ofNobody(job),
      ),
    },
    status: 'PARTIAL',
    counts: { succeeded: 2, failed: 1 },
    code: 'Ecs.0227',
    posts: 1,
  },
  ...(['SUCCESS', 'FAIL'] as const).map((status) => ({
    name: `${status} with one server missing in its sub jobs: that one is unknown`,
    manners: {
      read: showing((job, isOver) => {
        const known = job.entities.sub_jobs.toSorted((a, b) => (serverOf(a) < serverOf(b) ? -1 : 1)).slice(1)
        return withSubJobs(isOver ? { ...job, status } : job, known)
      }),
    },
    status: 'NEEDS_ATTENTION' as const,
    counts: { succeeded: 2, unknown: 1 },
    code: 'NotReported',
    posts: 1,
  })),
  unknowable({
    name: 'a status word that nobody knows, for ever: unknown at the deadline',
    manners: { read: showing((job) => ({ ...(withSubJobs(job, []) as Job), status: 'WIBBLE' })) },
    code: 'DeadlineExceeded',
  }),
  well({
    name: 'a status word that nobody knows, for a while',
    manners: {
      read: first(
        showing((job) => ({ ...job, status: 'WIBBLE', entities: null })),
        3,
      ),
    },
  }),
  well({
    name: 'status words in small letters',
    manners: { read: showing((job) => ({ ...job, status: job.status.toLowerCase() })) },
  }),
  well({
    name: 'a status that goes back from the end of a sub job to its beginning: what has ended has ended',
    manners: {
      read: showing((job, _, { nth }) => {
        if (nth >= 3) return job
        const word = nth === 1 ? 'SUCCESS' : 'INIT'
        return withSubJobs(
          { ...job, status: 'RUNNING' },
          job.entities.sub_jobs.map((sub) => ({ ...sub, status: word })),
        )
      }),
    },
  }),
  well({
    name: 'a sub job that succeeded and is said to have failed later: what has ended has ended',
    manners: {
      read: showing((job, isOver, { nth }) => {
        const subs = job.entities.sub_jobs.map((sub) => (nth === 0 ? { ...sub, status: 'SUCCESS' } : failed(sub)))
        return withSubJobs(
          nth === 0 ? { ...job, status: 'RUNNING' } : { ...job, status: isOver ? 'FAIL' : 'RUNNING' },
          subs,
        )
      }),
    },
  }),
  well({
    name: 'each sub job twice, and those of other servers among them',
    manners: {
      read: showing((job) => {
        const foreign = job.entities.sub_jobs
          .slice(0, 1)
          .map((sub) => ({ ...failed(sub), entities: { server_id: stranger } }))
        return withSubJobs(job, [...job.entities.sub_jobs, ...foreign, ...job.entities.sub_jobs])
      }),
    },
  }),
  {
    name: 'a server whose two sub jobs contradict each other: failed',
    manners: {
      read: showing((job, isOver) => {
        const [one] = job.entities.sub_jobs.toSorted((a, b) => (serverOf(a) < serverOf(b) ? -1 : 1))
        return isOver && one ? withSubJobs(job, [...job.entities.sub_jobs, failed(one)]) : ofNobody(job)
      }),
    },
    status: 'PARTIAL',
    counts: { succeeded: 2, failed: 1 },
    code: 'Ecs.0227',
    posts: 1,
  },
  well({
    name: 'ids of servers in capitals',
    manners: {
      read: showing((job) =>
        withSubJobs(
          job,
          job.entities.sub_jobs.map((sub) => ({ ...sub, entities: { server_id: serverOf(sub).toUpperCase() } })),
        ),
      ),
    },
  }),
  well({
    name: 'sub jobs that are no sub jobs, among those that are',
    manners: {
      read: showing((job) =>
        withSubJobs(job, [
          null,
          7,
          'x',
          {},
          [],
          { status: 3 },
          { status: 'FAIL' },
          { status: 'FAIL', entities: { server_id: 12 } },
          ...job.entities.sub_jobs,
        ]),
      ),
    },
  }),
  unknowable({
    name: 'SUCCESS whose sub jobs are no list: unknown for each server',
    manners: { read: showing((job) => withSubJobs(job, { 0: 'x' })) },
    code: 'NotReported',
  }),
  unknowable({
    name: 'a failed job without sub jobs does not say of which servers: unknown',
    manners: {
      read: showing((job, isOver) =>
        isOver ? { ...job, status: 'FAIL', error_code: 'Ecs.0002', entities: {} } : ofNobody(job),
      ),
    },
    code: 'NotReported',
  }),
  well({
    name: 'a job that is shown as a list, a number, a text, and then as it is',
    manners: {
      read: (exchange) => {
        const odd = [json(200, [{ status: 'SUCCESS' }]), json(200, 7), replying({ status: 200, body: '"SUCCESS"' })][
          exchange.nth
        ]
        return (odd ?? honest)(exchange)
      },
    },
  }),
  well({
    name: "another operation's job in the place of ours: not ours, looked at again",
    nodes: 1,
    manners: {
      read: first(
        showing((job) => ({
          ...job,
          job_id: 'ff8080other',
          status: 'FAIL',
          error_code: 'Ecs.0227',
          fail_reason: 'not ours',
          entities: {},
        })),
        2,
      ),
    },
  }),
  unknowable({
    name: "the job id of another operation: its servers' success is not ours",
    manners: {
      post: changing((reply) => ({ ...reply, body: '{"job_id":"ff8080other"}' })),
      read: json(200, {
        job_id: 'ff8080other',
        status: 'SUCCESS',
        entities: { sub_jobs: [{ job_id: 'a', status: 'SUCCESS', entities: { server_id: stranger } }] },
      }),
    },
    code: 'NotReported',
  }),
]

/** Reads that fail for a while, and say nothing. */
const badReads: readonly { name: string; manner: Manner }[] = [
  { name: 'closed', manner: closing },
  { name: 'answered with 500', manner: html(500) },
  { name: 'answered with a page', manner: html(200) },
  { name: 'answered with nothing', manner: empty(200) },
  { name: 'answered with {}', manner: json(200, {}) },
  { name: 'answered with null', manner: replying({ status: 200, body: 'null' }) },
  { name: 'answered with 401', manner: json(401, { error_code: 'APIGW.0301', error_msg: 'no' }) },
  { name: 'answered with 404', manner: html(404) },
  { name: 'redirected', manner: redirecting(302) },
  { name: 'answered with 429 and Retry-After 8', manner: empty(429, { 'retry-after': '8' }) },
  { name: 'answered too long', manner: misleading((bytes) => bytes - 9) },
  { name: 'answered too short', manner: misleading((bytes) => bytes + 9) },
  { name: 'no HTTP', manner: raw('hm\n\n') },
]

const despite = ({ name, manner }: { name: string; manner: Manner }): Row[] => [
  well({ name: `looks at a job that are ${name}, twice: looked at again`, manners: { read: first(manner, 2) } }),
  well({
    name: `looks for a lost answer that are ${name}, twice: looked at again`,
    manners: { post: first(acting(closing)), read: first(manner, 2) },
  }),
]

const reads = badReads.flatMap(despite)

const blind: readonly Row[] = [
  unknowable({
    name: 'a job that can never be looked at: unknown at its deadline',
    manners: { read: html(503) },
    code: 'DeadlineExceeded',
  }),
  unknowable({
    name: 'a lost answer that can never be looked into: a person is asked, nothing is sent again',
    manners: { post: acting(closing), read: html(503) },
  }),
]

type Server = { id: string; updated?: string | undefined; [field: string]: unknown }

const list =
  (change: (servers: Server[]) => unknown[]): Manner =>
  (exchange) => {
    if (!exchange.request.target.includes('/detail')) return honest(exchange)
    const reply = exchange.act()
    const page = JSON.parse(reply.body.toString()) as { servers: Server[] }
    return send(exchange.response, { ...reply, body: JSON.stringify({ ...page, servers: change(page.servers) }) })
  }

const server =
  (change: (server: Server) => unknown): Manner =>
  (exchange) => {
    const reply = exchange.act()
    const document = JSON.parse(reply.body.toString()) as { server?: Server }
    const body = document.server === undefined ? document : { server: change(document.server) }
    return send(exchange.response, { ...reply, body: JSON.stringify(body) })
  }

/** Looks at servers, after a lost answer. */
const servers: readonly Row[] = [
  ...([20, 3, 0] as const).map((shown) =>
    well({
      name: `a list of ${shown} servers where 25 were asked for, after a lost answer: the others are asked for by name`,
      nodes: 25,
      manners: { post: first(acting(closing)), read: list((all) => all.slice(0, shown)) },
    }),
  ),
  {
    name: 'a list that is short of servers that the lost call never reached: nothing is taken for gone, done once',
    nodes: 25,
    manners: { post: first(closing), read: list((all) => all.slice(0, 3)) },
    status: 'SUCCEEDED',
  },
  well({
    name: 'a list with each server twice, in capitals, and with strangers and nonsense among them',
    nodes: 25,
    manners: {
      post: first(acting(closing)),
      read: list((all) => [null, 7, { id: 3 }, ...all.map((one) => ({ ...one, id: one.id.toUpperCase() })), ...all]),
    },
  }),
  unknowable({
    name: 'servers that never say when they were changed, after a lost answer: nothing is proved, nothing sent again',
    manners: { post: acting(closing), read: server((one) => ({ ...one, updated: undefined })) },
  }),
  {
    name: "another server's document in the place of the one asked for: no proof of anything, asked again",
    manners: {
      post: first(closing),
      read: first(
        server((one) => ({ ...one, id: stranger, updated: new Date(Date.now() + 5_000).toISOString() })),
        4,
      ),
    },
    status: 'SUCCEEDED',
    posts: 2,
  },
]

/** What was taken of answers without an end. */
export const poured: Record<'plain' | 'packed', Poured> = { plain: { bytes: 0 }, packed: { bytes: 0 } }

const slow: readonly Row[] = [
  ...despite({ name: 'not answered', manner: hanging }),
  ...despite({ name: 'answered with a byte a second', manner: trickling }),
  unknowable({
    name: 'a lost answer to a call that never arrived, and a cloud that cannot be asked: nothing is sent again',
    manners: { post: closing, read: hanging },
    acted: 0,
  }),
]

const floods: readonly Row[] = [
  well({ name: 'a gigabyte in answer to the call', manners: { post: first(acting(pouring(poured.plain))) } }),
  well({
    name: 'a gigabyte packed into a megabyte in answer to the call',
    manners: { post: first(acting(exploding(poured.packed))) },
  }),
  well({ name: 'a gigabyte in answer to a look', manners: { read: first(pouring(poured.plain), 3) } }),
  well({
    name: 'a gigabyte packed into a megabyte in answer to a look',
    manners: { read: first(exploding(poured.packed), 3) },
  }),
]

export const jobRows: readonly Row[] = [...jobDocumentRows, ...reads, ...blind, ...servers]

/** Those that cost whoever looks time or memory. */
export const costlyRows: readonly Row[] = [...slow, ...floods]
