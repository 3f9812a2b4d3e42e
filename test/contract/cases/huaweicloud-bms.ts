import type { ProviderCase } from '../provider-case.ts'
import { serverOddities } from './shared/server-oddities.ts'
import { serverCase } from './shared/servers.ts'

/** The servers of "重启裸金属服务器". */
const place = { service: 'bms', region: 'cn-north-4', projectId: 'bbf1946d374b44a0a2a95533562ba954' } as const

export const huaweicloudBmsCase: ProviderCase = serverCase(place, serverOddities(place))
