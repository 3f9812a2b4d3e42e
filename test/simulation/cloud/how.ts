import type { Action } from '../../../lib/domain/action.ts'

type Options = Readonly<Record<string, unknown>>

/** How the documents say that an action with these options is asked for: what a call must come down to, word for word. */
export const howOf = (provider: string, action: Action, options: Options): string => {
  if (provider.endsWith('-css')) return howOfSearch(options)
  if (provider === 'qingcloud-ehpc' || action === 'start') return ''
  if (action === 'delete') return deletion(options['delete_publicip'] === true, options['delete_volume'] === true)
  return provider.endsWith('bms') || options['mode'] === 'hard' ? 'HARD' : 'SOFT'
}

export const deletion = (publicip: boolean | undefined, volume: boolean | undefined): string =>
  `publicip ${publicip}, volume ${volume}`

/** A plain restart is one of the data nodes, by v1 or by v2. */
export const DATA_NODES = 'restart role ess'

const howOfSearch = ({ rolling, roles }: Options): string => {
  if (rolling === true) return `rolling role ${typeof roles === 'string' ? roles : 'all'}`
  return typeof roles === 'string' ? `restart role ${roles}` : DATA_NODES
}
