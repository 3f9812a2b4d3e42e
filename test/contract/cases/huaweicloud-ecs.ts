import type { ProviderCase } from '../provider-case.ts'
import { serverOddities } from './shared/server-oddities.ts'
import { serverCase } from './shared/servers.ts'

/** The same API: the region is that of the recorded restart. */
const place = { service: 'ecs', region: 'ap-southeast-1', projectId: '0215ef11e49d4743be23dd97a1561e91' } as const

export const huaweicloudEcsCase: ProviderCase = serverCase(place, serverOddities(place))
