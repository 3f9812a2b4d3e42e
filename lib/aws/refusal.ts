/** Why a service did not take some of what it was sent. */
export type Refusal = { count: number; code: string; reason: string }

/** The refusal of a call that failed as a whole. */
export const refusalOf = (error: unknown, count: number): Refusal =>
  error instanceof Error
    ? { count, code: error.name, reason: error.message }
    : { count, code: 'Unknown', reason: String(error) }
