/** One thing wrong with a request, and where: `target.region`, `nodeIds[3]`. */
export type Problem = { path: string; message: string }

/** At most this many problems are listed; how many there are is always said. */
export const MAX_PROBLEMS = 100

/** The request is not a valid one; nothing was written or sent. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest'
  readonly problems: readonly Problem[]
  readonly total: number

  constructor(problems: readonly Problem[], total = problems.length) {
    super(
      `${total} problem${total === 1 ? '' : 's'}: ${problems
        .slice(0, 3)
        .map((p) => `${p.path} ${p.message}`)
        .join('; ')}`,
    )
    this.problems = problems.slice(0, MAX_PROBLEMS)
    this.total = total
  }
}

/** The request is over a limit of size; nothing was written or sent. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** The request is valid and a rule forbids it; nothing was written or sent. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problems: readonly Problem[]
  readonly total: number

  constructor(message: string, problems: readonly Problem[]) {
    super(message)
    this.problems = problems.slice(0, MAX_PROBLEMS)
    this.total = problems.length
  }
}

/** The same idempotency key was used for another request, or the state does not allow the call. */
export class Conflict extends Error {
  override readonly name = 'Conflict'
}

export class NotFound extends Error {
  override readonly name = 'NotFound'
}

/** Something that is needed for the answer cannot be reached now; nothing was written or sent; asking again may help. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
