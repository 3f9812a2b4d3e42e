import { type Exchange, honest, type Manner, send } from '../../helpers/hostile-cloud.ts'
import { first, json } from '../../helpers/manners.ts'
import type { Row } from './trial.ts'

const well = (rest: Omit<Row, 'status'>): Row => ({ status: 'SUCCEEDED', posts: 1, ...rest })
const unknowable = (rest: Omit<Row, 'status'>): Row => ({
  status: 'NEEDS_ATTENTION',
  counts: { unknown: rest.nodes ?? 3 },
  posts: 1,
  ...rest,
})
const failed = (rest: Omit<Row, 'status'>): Row => ({
  status: 'FAILED',
  counts: { failed: rest.nodes ?? 3 },
  posts: 1,
  ...rest,
})

/** Looks are shown another document than the right one. */
const showing =
  <Document>(change: (document: Document, exchange: Exchange) => unknown): Manner =>
  (exchange) => {
    const reply = exchange.act()
    const document = JSON.parse(reply.body.toString()) as Document
    return send(exchange.response, { ...reply, body: JSON.stringify(change(document, exchange)) })
  }

type Listed = { status: string; error_codes: string; job_id: string }
type Operations = { job_set: Listed[]; total_count: number }

const operations = (change: (operation: Listed, exchange: Exchange) => Partial<Listed>): Manner =>
  showing<Operations>((list, exchange) => ({
    ...list,
    job_set: list.job_set.map((one) => ({ ...one, ...change(one, exchange) })),
  }))
const saying = (status: string): Manner => operations(() => ({ status, error_codes: '' }))
const isOver = ({ status }: Listed): boolean => status === 'successful'
/** Another status than the right one, once it is over. */
const endingAs = (status: string): Manner => operations((one) => (isOver(one) ? { status, error_codes: '' } : {}))

const short = showing<Operations>((list) => ({ ...list, job_set: [], total_count: 5 }))
const empty = showing<Operations>((list) => ({ ...list, job_set: [], total_count: 0 }))

export const ehpcJobRows: readonly Row[] = [
  unknowable({
    name: 'an operation that is pending for ever',
    manners: { read: saying('pending') },
    code: 'DeadlineExceeded',
  }),
  unknowable({
    name: 'a status that nobody knows, for ever',
    manners: { read: saying('wibble') },
    code: 'DeadlineExceeded',
  }),
  well({ name: 'a status that nobody knows, for a while', manners: { read: first(saying('wibble'), 3) } }),
  well({ name: 'no status, for a while', manners: { read: first(saying(''), 2) } }),
  well({ name: 'an operation that is not listed at first', manners: { read: first(empty) } }),
  unknowable({
    name: 'an operation that runs, and is gone after its retention',
    manners: { read: (exchange) => (exchange.nth < 1 ? saying('working')(exchange) : empty(exchange)) },
    code: 'JobGone',
  }),
  well({ name: 'a list that is shorter than it says, for a while', manners: { read: first(short, 2) } }),
  unknowable({
    name: 'a list that is shorter than it says, for ever',
    manners: { read: short },
    code: 'DeadlineExceeded',
  }),
  well({
    name: 'a status that goes back from working to pending',
    manners: {
      read: (exchange) => {
        const word = ['working', 'pending', 'working'][exchange.nth]
        return word === undefined ? honest(exchange) : saying(word)(exchange)
      },
    },
  }),
  failed({
    name: 'an operation that failed: each of its nodes',
    manners: { read: endingAs('failed') },
    code: 'JobFailed',
  }),
  unknowable({
    name: 'done with failure, of three nodes: nobody knows which',
    manners: { read: endingAs('done with failure') },
    code: 'DoneWithFailure',
  }),
  failed({
    name: 'done with failure, of one node: that one',
    nodes: 1,
    manners: { read: endingAs('done with failure') },
    code: 'DoneWithFailure',
  }),
  unknowable({
    name: "another's operation in the place of ours: its success is not ours",
    manners: { read: operations(() => ({ job_id: 'j-ofnobodywhom', status: 'successful' })) },
    code: 'JobGone',
  }),
]

type Cluster = { status: string; actions: string[]; instances: { status: string }[] }

const cluster = (change: Partial<Cluster> & Record<string, unknown>): Manner =>
  showing<Cluster>((document) => ({ ...document, ...change }))
const one = { nodes: 1 }
const absent = json(404, { errCode: 'CSS.0015', externalMessage: 'No resources are found or the access is denied.' })

export const cssJobRows: readonly Row[] = [
  unknowable({
    ...one,
    name: 'a restart that runs for ever',
    manners: { read: cluster({ status: '100', actions: ['REBOOTING'] }) },
    code: 'DeadlineExceeded',
  }),
  unknowable({
    ...one,
    name: 'an action that nobody knows, for ever',
    manners: { read: cluster({ status: '200', actions: ['WIBBLING'] }) },
    code: 'DeadlineExceeded',
  }),
  well({
    ...one,
    name: 'an action that nobody knows, for a while',
    manners: { read: first(cluster({ status: '200', actions: ['WIBBLING'] }), 3) },
  }),
  unknowable({
    ...one,
    name: 'a status that nobody knows, for ever',
    manners: { read: cluster({ status: '999', actions: [] }) },
    code: 'DeadlineExceeded',
  }),
  unknowable({
    ...one,
    name: 'a cluster that restarts, and is not to be found any more',
    manners: {
      read: (exchange) =>
        exchange.nth < 1 ? cluster({ status: '100', actions: ['REBOOTING'] })(exchange) : absent(exchange),
    },
    code: 'JobGone',
  }),
  well({
    ...one,
    name: 'a status that goes back from ready to restarting, before it can be believed',
    manners: {
      read: (exchange) => {
        if (exchange.nth > 3) return honest(exchange)
        return cluster(exchange.nth % 2 === 0 ? { status: '100', actions: ['REBOOTING'] } : { actions: ['REBOOTING'] })(
          exchange,
        )
      },
    },
  }),
  failed({
    ...one,
    name: 'a cluster that is unavailable after its restart',
    manners: { read: cluster({ status: '303', actions: [], failed_reasons: undefined, failedReason: undefined }) },
    code: 'ClusterUnavailable',
  }),
]
