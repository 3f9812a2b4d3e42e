/** What a worker is started with: the bundle, the export that is the handler, and the function it plays. */
export type Start = { module: string; exportName: string; functionName: string }

/** One invocation. The payload is JSON text, as Lambda's is; `deadline` is in epoch milliseconds. */
export type Invoke = { payload: string; requestId: string; deadline: number }

/** A variable of the environment from now on, as if it had been read from somewhere else. */
export type Change = { name: string; value: string }

/** What a worker says first: its bundle is loaded, or why it cannot be. */
export type Loaded = { loaded: true } | { loaded: false; reason: string }

/** What came of it: JSON text, or the error as Lambda reports it. */
export type Outcome =
  | { ok: true; payload: string }
  | { ok: false; error: { errorType: string; errorMessage: string; trace: string[] } }
