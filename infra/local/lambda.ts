import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'
import type { Change, Outcome } from './worker-messages.ts'

export type FunctionOptions = SandboxOptions & { concurrency: number }

/** What Lambda lets an invocation answer (Lambda quotas: 6 MB, synchronous). */
const responseLimit = 6 * 1024 * 1024

const bounded = (outcome: Outcome): Outcome =>
  outcome.ok && Buffer.byteLength(outcome.payload) > responseLimit
    ? {
        ok: false,
        error: {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: `Response payload size exceeded maximum allowed payload size (${responseLimit} bytes).`,
          trace: [],
        },
      }
    : outcome

/**
 * One function: a pool of sandboxes that grows with the invocations at the same time, up to its concurrency. What comes
 * above it waits for a free one. The sandbox used last is used first, so that a quiet function keeps one warm.
 */
export const createFunction = ({ concurrency, ...given }: FunctionOptions) => {
  const options = { ...given, env: { ...given.env } }
  const all = new Set<Sandbox>()
  const idle: Sandbox[] = []
  const waiting: Array<(sandbox: Sandbox) => void> = []
  let closed = false

  const start = () => {
    const sandbox = createSandbox(options)
    all.add(sandbox)
    return sandbox
  }
  const acquire = () => {
    const free = idle.pop()
    if (free) return free
    if (all.size < concurrency) return start()
    return new Promise<Sandbox>((resolve) => waiting.push(resolve))
  }
  const release = (sandbox: Sandbox) => {
    if (sandbox.dead()) all.delete(sandbox)
    const usable = sandbox.dead() ? undefined : sandbox
    const next = waiting.shift()
    if (next) next(usable ?? (closed ? sandbox : start()))
    else if (usable) idle.push(usable)
  }

  return {
    name: options.functionName,
    arn: options.env['LOCAL_FUNCTION_ARN'] ?? options.functionName,
    /**
     * Runs the handler on JSON text and answers what it returned or how it failed; never throws. With `wanted`, the
     * invocation is dropped (undefined) where that says no once there is room for it.
     */
    invoke: async (payload: string, wanted = () => true): Promise<Outcome | undefined> => {
      const sandbox = await acquire()
      const outcome = wanted() ? bounded(await sandbox.invoke(payload)) : undefined
      release(sandbox)
      return outcome
    },
    /** Loads the bundle before the first invocation needs it; throws when it cannot be loaded. */
    warm: async () => {
      const sandbox = idle.at(-1) ?? start()
      if (!idle.includes(sandbox)) idle.push(sandbox)
      const result = await sandbox.loaded()
      if (!result.loaded) throw new Error(`${options.functionName} cannot be loaded: ${result.reason}`)
    },
    /** Changes a variable in every sandbox, of now and later. */
    change: (change: Change) => {
      options.env[change.name] = change.value
      for (const sandbox of all) sandbox.change(change)
    },
    close: async () => {
      closed = true
      await Promise.all([...all].map((sandbox) => sandbox.close()))
    },
  }
}

export type LocalFunction = ReturnType<typeof createFunction>
