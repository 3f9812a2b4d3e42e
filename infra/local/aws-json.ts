import type { Place } from './resource-types.ts'

/** What every call to an emulator needs: its address, and the region that its queues and tables are in. */
type Service = { url: string; prefix: string; place: Pick<Place, 'region'> }

/**
 * Calls an emulator with the AWS JSON protocol. The emulators want an Authorization header of the right shape and do not
 * check the signature. Throws with the service's own error text when the answer is not 200.
 */
export const awsJson =
  ({ url, prefix, place }: Service) =>
  async (action: string, body: unknown, signal?: AbortSignal): Promise<Record<string, unknown>> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${prefix}.${action}`,
        'x-amz-date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
        authorization: `AWS4-HMAC-SHA256 Credential=LOCAL/20260101/${place.region}/local/aws4_request, SignedHeaders=host, Signature=local`,
      },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${prefix}.${action} answered ${response.status}: ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
