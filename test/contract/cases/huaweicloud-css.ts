import type { ProviderCase } from '../provider-case.ts'
import { cssOddities } from './shared/css-oddities.ts'
import { cssCase } from './shared/css.ts'

/** The cluster of "重启集群" (css_03_0021). */
const place = { provider: 'huaweicloud-css', region: 'cn-north-4' } as const

export const huaweicloudCssCase: ProviderCase = cssCase(place, cssOddities(place))
