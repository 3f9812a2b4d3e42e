/**
 * A count of tokens that concurrent workers share: at most `limit` units in any rolling window, as the provider sees it.
 *
 * A grant counts from the moment it is given until one window after its call was answered, as nobody knows when in
 * between the provider counted it. Who does not get one gets a ticket: a time to come back at, given in order of arrival, so
 * that a thousand waiting batches do not all come back at once. A small batch may go before a large one that arrived first, in
 * room that is not enough for the large one and is not missing when its turn has come. Times are ms since the epoch.
 */
export type Rate = { grants: readonly Grant[]; tickets: readonly Ticket[] }

/** `id` is null once the call was answered and the grant was added up with others of about the same end. */
type Grant = { id: string | null; units: number; until: number }
type Ticket = { id: string; units: number; at: number }

export type RateRule = {
  limit: number
  windowMs: number
  /** The longest that a call can take, ms: a grant of which nothing more is heard is kept that much longer. */
  callMs: number
}

export const emptyRate: Rate = { grants: [], tickets: [] }

export type Taken = { kind: 'granted'; rate: Rate } | { kind: 'wait'; rate: Rate; at: number }

/** Ends are added up on a grid of this many slots per window: a grant is held at most 1/240 of a window too long. */
const SLOTS = 240
/** What a grant's end is expected to be later than a window, as a share of it, when a ticket is dated. */
const CALL_SHARE = 0.005
/**
 * By how much of a window those who go before may put off one in front, all together. Ends are spread over some seconds:
 * without this, a gap could be filled only by who is gone to the very moment at which it is needed.
 */
const DELAY_SHARE = 0.15
/** The count is one row of at most 400 KB, written often. Who comes when so many wait comes again after them, without a ticket. */
const MAX_TICKETS = 500

/**
 * Asks for `units` now. Asking again under the same id is the same request. Nobody is served to the cost of those in front:
 * free to take is what none of them needs, neither now nor at the time that it was told.
 */
export const take = (before: Rate, id: string, units: number, now: number, rule: RateRule): Taken => {
  const rate = expire(before, now, rule)
  // More than the limit is never free, and nobody must wait behind it.
  if (units > rule.limit) return { kind: 'wait', rate, at: now + rule.windowMs }
  const until = now + rule.callMs + rule.windowMs
  if (rate.grants.some((grant) => grant.id === id)) {
    // Whoever asks again has its call still before it.
    const grants = rate.grants.map((grant) =>
      grant.id === id ? { ...grant, until: Math.max(grant.until, until) } : grant,
    )
    return { kind: 'granted', rate: { ...rate, grants } }
  }

  const mine = rate.tickets.findIndex((ticket) => ticket.id === id)
  const ahead = mine === -1 ? rate.tickets : rate.tickets.slice(0, mine)
  const at = freeAt(rate.grants, ahead, units, now, rule)
  if (at === now) {
    const grant = { id, units, until }
    return {
      kind: 'granted',
      rate: { grants: [...rate.grants, grant], tickets: rate.tickets.filter((ticket) => ticket.id !== id) },
    }
  }
  if (mine === -1 && ahead.length >= MAX_TICKETS) return { kind: 'wait', rate, at }
  const ticket = { id, units, at }
  const tickets = mine === -1 ? [...rate.tickets, ticket] : rate.tickets.with(mine, ticket)
  return { kind: 'wait', rate: { grants: rate.grants, tickets }, at }
}

/** The provider has counted the call of a grant by `countedAt`, ms: it was answered then, or can have no effect any more. */
export const settle = (before: Rate, id: string, countedAt: number, rule: RateRule): Rate => {
  const grant = before.grants.find((g) => g.id === id)
  if (grant === undefined) return before
  const slot = rule.windowMs / SLOTS
  const until = Math.ceil((countedAt + rule.windowMs) / slot) * slot
  const others = before.grants.filter((g) => g.id !== id)
  const same = others.findIndex((g) => g.id === null && g.until === until)
  const together = { id: null, units: grant.units + (others[same]?.units ?? 0), until }
  return { ...before, grants: same === -1 ? [...others, together] : others.with(same, together) }
}

/** No call was made for a grant, and none will be: its units are free at once. */
export const refund = (before: Rate, id: string): Rate =>
  before.grants.some((grant) => grant.id === id)
    ? { ...before, grants: before.grants.filter((grant) => grant.id !== id) }
    : before

/** Whoever will not come back gives up their turn: others need not wait for it. */
export const withdraw = ({ grants, tickets }: Rate, isTheirs: (id: string) => boolean): Rate => ({
  grants,
  tickets: tickets.filter(({ id }) => !isTheirs(id)),
})

/** Grants whose time is over, and tickets that nobody came back with: they must not hold up those behind them. */
const expire = ({ grants, tickets }: Rate, now: number, { callMs }: RateRule): Rate => ({
  grants: grants.filter(({ until }) => until > now),
  tickets: tickets.filter(({ at }) => at + callMs > now),
})

/**
 * The first moment from which `units` are likely to be free for as long as they will be held, beside what is held now and
 * what those in front were told; `now` only when they surely are free now.
 */
const freeAt = (
  grants: readonly Grant[],
  ahead: readonly Ticket[],
  units: number,
  now: number,
  rule: RateRule,
): number => {
  const { limit, windowMs } = rule
  const changes = [
    ...grants.flatMap((grant) => holding(grant.units, now, likelyEnd(grant, now, rule))),
    ...ahead.flatMap(({ units: theirs, at }) => {
      // Whose time has come and who is not here yet may be so at any moment.
      const from = Math.max(at, now)
      return holding(theirs, from, from + windowMs * (1 + CALL_SHARE))
    }),
  ].toSorted((a, b) => a.at - b.at)

  let [used, free] = [0, now]
  for (const [i, change] of changes.entries()) {
    used += change.units
    const next = changes[i + 1]?.at ?? Infinity
    // Changes of one moment count together.
    if (next === change.at) continue
    if (used + units > limit) free = next
    else if (next >= free + windowMs * (1 - DELAY_SHARE)) break
  }
  return free
}

const holding = (units: number, from: number, until: number) => [
  { at: from, units },
  { at: until, units: -units },
]

/** A call under way is soon answered, as a rule; one that is not by then may take as long as any. */
const likelyEnd = ({ id, until }: Grant, now: number, { windowMs, callMs }: RateRule): number => {
  const soon = until - callMs + windowMs * CALL_SHARE
  return id !== null && soon > now ? Math.min(soon, until) : until
}
