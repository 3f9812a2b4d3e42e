/** What a function answers to an HTTP API. */
export type HttpResponse = { statusCode: number; headers: Record<string, string>; body: string }

export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
