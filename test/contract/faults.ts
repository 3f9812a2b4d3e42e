import type { Fault } from '../../infra/local/simulators/simulator.ts'
import type { Reply } from './provider-case.ts'

/** How long a caller waits in tests of slow answers, ms of real time. */
export const PATIENCE_MS = 80

/** What a gateway sends when what is behind it does not answer. */
export const htmlPage = (title: string): string => `<html><head><title>${title}</title></head><body></body></html>`

/** A fault of the next mutating call. */
export const onSubmit = (when: Fault['when'], then: Fault['then']): Fault => ({ when, match: { method: 'POST' }, then })

/** A fault of the next read. */
export const onRead = (then: Fault['then']): Fault => ({ when: 'before', match: { method: 'GET' }, then })

export const replying = (reply: Reply): Fault['then'] => ({ kind: 'reply', ...reply })

/** Ways to lose an answer: nobody can tell from them whether the cloud acted. */
export const lostAnswers: Readonly<Record<string, Fault['then']>> = {
  'a closed connection': { kind: 'close' },
  'an HTML page with 500': replying({ status: 500, body: htmlPage('Internal Server Error') }),
  'an HTML page with 502': replying({ status: 502, body: htmlPage('Bad Gateway') }),
  'an HTML page with 503': replying({ status: 503, body: htmlPage('Service Unavailable') }),
  'an HTML page with 504': replying({ status: 504, body: htmlPage('Gateway Time-out') }),
}

/** Answers that look well and say nothing. */
export const unreadableAnswers: Readonly<Record<string, Fault['then']>> = {
  'a 200 with an HTML page': replying({ status: 200, headers: { 'content-type': 'text/html' }, body: htmlPage('OK') }),
  'a 200 with half a JSON document': replying({ status: 200, body: '{"job_id":"ff80808288d4' }),
  'a 200 that breaks off': { kind: 'truncate', bytes: 5 },
  'a redirect with 302': replying({ status: 302, headers: { location: '/elsewhere' }, body: '' }),
  'a redirect with 307': replying({ status: 307, headers: { location: '/elsewhere' }, body: '' }),
}

/** Reads that fail and say nothing of the job. */
export const failedReads: Readonly<Record<string, Fault['then']>> = {
  ...lostAnswers,
  ...unreadableAnswers,
  'an empty 200': replying({ status: 200, body: '' }),
  'a 408': replying({ status: 408, body: '' }),
  'a 499': replying({ status: 499, body: '' }),
}
