import type { Api } from './api.ts'

/** The API for one look or one submission: no read begins later than `ms` after it was made. */
export const boundedApi = (api: Api, ms: number): Api => {
  const until = api.now() + ms
  return {
    now: api.now,
    send: async (request) =>
      request.method === 'GET' && api.now() > until
        ? { kind: 'not-sent', code: 'LookTooLong', reason: `the look had not ended after ${ms / 1000} s` }
        : api.send(request),
  }
}
