import type { ApiRequest } from './api.ts'

/** A request as it goes on the wire: nothing is added to it or taken from it after signing. */
export type SignedRequest = {
  method: 'GET' | 'POST'
  url: string
  headers: Readonly<Record<string, string>>
  body: string | undefined
}

/** Signs one attempt for the moment `now` (ms); called again for every attempt, as signatures age. */
export type Signer = (request: ApiRequest, baseUrl: string, now: number) => SignedRequest
