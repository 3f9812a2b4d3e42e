/**
 * A count of tokens that concurrent workers share: at most `limit` units in any rolling window, as the provider sees it.
 *
 * A grant counts from the moment it is given until one window after its call was answered, as nobody knows when in
 * between the provider counted it. Who does not get one gets a ticket: a time to come back at, in order of arrival, so that
 * a thousand waiting batches do not all come back at once. Times are ms since the epoch.
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
/** The count is one row of at most 400 KB, written often. Who comes when so many wait comes again after them, without a ticket. */
const MAX_TICKETS = 500

/**
 * Asks for `units` now. Asking again under the same id is the same request. Nobody is served to the cost of those in front;
 * what is left over when all of them are served is free to take.
 */
export const take = (before: Rate, id: string, units: number, now: number, rule: RateRule): Taken => {
  const rate = expire(before, now, rule)
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
  if (sum(rate.grants) + sum(ahead) + units <= rule.limit) {
    const grant = { id, units, until }
    return {
      kind: 'granted',
      rate: { grants: [...rate.grants, grant], tickets: rate.tickets.filter((ticket) => ticket.id !== id) },
    }
  }
  const at = Math.max(now + 1, freeAt(rate.grants, ahead, units, now, rule))
  if (mine === -1 && ahead.length >= MAX_TICKETS) return { kind: 'wait', rate, at }
  const ticket = { id, units, at }
  const tickets = mine === -1 ? [...rate.tickets, ticket] : rate.tickets.with(mine, ticket)
  return { kind: 'wait', rate: { grants: rate.grants, tickets }, at }
}

/** The call of a grant was answered at `now`: the provider has counted it by then. */
export const settle = (before: Rate, id: string, now: number, rule: RateRule): Rate => {
  const grant = before.grants.find((g) => g.id === id)
  if (grant === undefined) return before
  const slot = rule.windowMs / SLOTS
  const until = Math.ceil((now + rule.windowMs) / slot) * slot
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

const sum = (held: readonly { units: number }[]): number => held.reduce((total, { units }) => total + units, 0)

/** Grants whose time is over, and tickets that nobody came back with: they must not hold up those behind them. */
const expire = ({ grants, tickets }: Rate, now: number, { callMs }: RateRule): Rate => ({
  grants: grants.filter(({ until }) => until > now),
  tickets: tickets.filter(({ at }) => at + callMs > now),
})

/** When `units` are likely to be free, with everybody in front served first. */
const freeAt = (
  grants: readonly Grant[],
  ahead: readonly Ticket[],
  units: number,
  now: number,
  rule: RateRule,
): number => {
  // Two queues of what comes free, each in order of time: what is held now, and what those in front will hold.
  const held = grants
    .map((grant) => ({ units: grant.units, until: likelyEnd(grant, now, rule) }))
    .toSorted((a, b) => a.until - b.until)
  const later: { units: number; until: number }[] = []
  let [h, l, used, at] = [0, 0, sum(grants), now]
  for (const next of [...ahead, { units }]) {
    for (;;) {
      const first = (held[h]?.until ?? Infinity) <= (later[l]?.until ?? Infinity) ? held[h] : later[l]
      if (first === undefined || (first.until > at && used + next.units <= rule.limit)) break
      if (first === held[h]) h += 1
      else l += 1
      used -= first.units
      at = Math.max(at, first.until)
    }
    used += next.units
    later.push({ units: next.units, until: at + rule.windowMs * (1 + CALL_SHARE) })
  }
  return at
}

/** A call under way is soon answered, as a rule; one that is not by then may take as long as any. */
const likelyEnd = ({ id, until }: Grant, now: number, { windowMs, callMs }: RateRule): number => {
  const soon = until - callMs + windowMs * CALL_SHARE
  return id !== null && soon > now ? Math.min(soon, until) : until
}
