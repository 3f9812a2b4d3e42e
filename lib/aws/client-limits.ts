/**
 * Options of every AWS client. Region, credentials, endpoints (`AWS_ENDPOINT_URL…`) and retries are the SDK's own. Its
 * requests have no time limit by default: one that hangs would take the whole time of its function. ms, per attempt.
 */
export const clientLimits = (requestTimeout: number) => ({
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
})
