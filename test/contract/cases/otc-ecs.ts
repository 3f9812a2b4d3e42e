import type { ProviderCase } from '../provider-case.ts'
import { serverOddities } from './shared/server-oddities.ts'
import { serverCase } from './shared/servers.ts'

/** The servers of "Restarting ECSs in a Batch". */
const place = { service: 'ecs', region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' } as const

export const otcEcsCase: ProviderCase = serverCase(place, serverOddities(place))
