/** An event that did not reach its function: what it was, and who gave it up and why. */
export type Undelivered = {
  input: unknown
  /** Of the invocation that it came with, or whatever else is the same for every delivery of it. */
  invocationId: string
  reason: string
}
