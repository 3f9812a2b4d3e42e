import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Change, Invoke, Loaded, Outcome, Start } from './worker-messages.ts'

export type SandboxOptions = Start & {
  env: Record<string, string>
  timeoutSeconds: number
  onLog: (text: string) => void
}

const failed = (errorType: string, errorMessage: string): Outcome => ({
  ok: false,
  error: { errorType, errorMessage, trace: [] },
})

/** Loading a bundle is not part of an invocation's time; Lambda gives it ten seconds. */
const loadLimit = 10_000

/**
 * One execution environment: a worker thread with a process environment of its own that runs one invocation at a time. An
 * invocation that takes too long, or an error that nobody caught, ends it; it must not be used after `dead()` is true.
 */
export const createSandbox = ({ env, timeoutSeconds, onLog, ...start }: SandboxOptions) => {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    env,
    workerData: start satisfies Start,
    stdout: true,
    stderr: true,
  })
  worker.stdout.setEncoding('utf8').on('data', onLog)
  worker.stderr.setEncoding('utf8').on('data', onLog)

  let dead = false
  let settle: ((outcome: Outcome) => void) | undefined
  const finish = (outcome: Outcome) => {
    settle?.(outcome)
    settle = undefined
  }
  const end = async (outcome: Outcome) => {
    dead = true
    finish(outcome)
    await worker.terminate()
  }

  const { promise: loaded, resolve: setLoaded } = Promise.withResolvers<Loaded>()
  worker.on('message', (message: Outcome | Loaded) => ('loaded' in message ? setLoaded(message) : finish(message)))
  worker.on('error', (error: Error) => {
    setLoaded({ loaded: false, reason: error.message })
    void end(failed(error.name, error.message))
  })
  worker.on('exit', (code) => {
    const reason = `the function ended its process with code ${code}`
    setLoaded({ loaded: false, reason })
    void end(failed('Runtime.ExitError', reason))
  })

  return {
    dead: () => dead,
    /** Also in the middle of an invocation. */
    change: (change: Change) => worker.postMessage(change),
    /** Whether the bundle could be loaded, as soon as that is known. */
    loaded: () => loaded,
    invoke: async (payload: string): Promise<Outcome> => {
      if (dead) return failed('Sandbox.Closed', 'the stack is stopping')
      const outcome = new Promise<Outcome>((resolve) => {
        settle = resolve
      })
      const limit = (ms: number, seconds: number, what: string) =>
        setTimeout(
          () => void end(failed('Sandbox.Timedout', `${what} timed out after ${seconds.toFixed(2)} seconds`)),
          ms,
        )

      const loading = limit(loadLimit, loadLimit / 1000, 'Loading the function')
      await loaded
      clearTimeout(loading)

      const timer = limit(timeoutSeconds * 1000, timeoutSeconds, 'Task')
      const deadline = Date.now() + timeoutSeconds * 1000
      worker.postMessage({ payload, requestId: randomUUID(), deadline } satisfies Invoke)
      const result = await outcome
      clearTimeout(timer)
      return result
    },
    close: () => end(failed('Sandbox.Closed', 'the stack is stopping')),
  }
}

export type Sandbox = ReturnType<typeof createSandbox>
