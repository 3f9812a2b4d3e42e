import type { Http, HttpOptions } from '../../lib/provider-kit/http.ts'
import { lazily } from './lazily.ts'

/** The HTTP client, loaded with its first request: for functions most of whose invocations send none. */
export const lazyHttp = (options: HttpOptions): Http =>
  lazily(async () => (await import('../../lib/provider-kit/http.ts')).createHttp(options))
