import { Conflict, InvalidRequest, NotFound, Refused, TooLarge, Unavailable } from '../../lib/domain/problem.ts'
import type { Provider } from '../../lib/provider-kit/provider.ts'
import { ServiceDown } from './life.ts'

/** What a run is made to have go wrong, and what the domain has words for. */
const EXPECTED = [ServiceDown, Unavailable, InvalidRequest, Refused, TooLarge, Conflict, NotFound] as const

/** Whether what was thrown is a mistake in the code: neither a fault that was made nor a word of the domain, nor caused by one. */
export const isMistake = (thrown: unknown): boolean => {
  if (thrown instanceof AggregateError) return thrown.errors.some(isMistake)
  if (!EXPECTED.some((kind) => thrown instanceof kind)) return true
  return thrown instanceof Error && thrown.cause !== undefined && isMistake(thrown.cause)
}

/** The provider, whose own failures are heard before anybody makes something else of them: a failed look, an unknown outcome. */
export const overheard = (provider: Provider, hear: (thrown: unknown) => void): Provider => {
  const heard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      hear(error)
      throw error
    }
  }
  const { submit, poll, reconcile, preflight } = provider
  return {
    ...provider,
    submit: (...all) => heard(() => submit(...all)),
    poll: (...all) => heard(() => poll(...all)),
    reconcile: (...all) => heard(() => reconcile(...all)),
    ...(preflight === undefined ? {} : { preflight: (...all) => heard(async () => preflight(...all)) }),
  }
}
