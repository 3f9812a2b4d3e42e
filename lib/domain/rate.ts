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

/** Asks for `units` now. Asking again under the same id is the same request. */
export const take = (before: Rate, id: string, units: number, now: number, rule: RateRule): Taken => {
  const rate = expire(before, now, rule)
  if (rate.grants.some((grant) => grant.id === id)) return { kind: 'granted', rate }

  const mine = rate.tickets.findIndex((ticket) => ticket.id === id)
  const ahead = mine === -1 ? rate.tickets : rate.tickets.slice(0, mine)
  const used = sum(rate.grants)
  if (ahead.length === 0 && used + units <= rule.limit) {
    const grant = { id, units, until: now + rule.callMs + rule.windowMs }
    return {
      kind: 'granted',
      rate: { grants: [...rate.grants, grant], tickets: rate.tickets.filter((ticket) => ticket.id !== id) },
    }
  }
  const at = Math.max(now + 1, freeAt(rate.grants, ahead, units, now, rule))
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
  const ends = grants.map((grant) => ({ units: grant.units, until: grant.until }))
  let at = now
  for (const next of [...ahead, { units }]) {
    ends.sort((a, b) => a.until - b.until)
    let used = sum(ends.filter((end) => end.until > at))
    for (const end of ends) {
      if (used + next.units <= rule.limit) break
      if (end.until <= at) continue
      used -= end.units
      at = end.until
    }
    ends.push({ units: next.units, until: at + rule.windowMs * (1 + CALL_SHARE) })
  }
  return at
}
