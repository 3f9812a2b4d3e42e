import type { ProviderCase } from '../provider-case.ts'
import { serverOddities } from './shared/server-oddities.ts'
import { serverCase } from './shared/servers.ts'

/** The same servers, served by the host of ECS. */
const place = { service: 'bms', region: 'eu-de', projectId: 'bbf1946d374b44a0a2a95533562ba954' } as const

export const otcBmsCase: ProviderCase = serverCase(place, serverOddities(place))
