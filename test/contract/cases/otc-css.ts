import type { ProviderCase } from '../provider-case.ts'
import { cssOddities } from './shared/css-oddities.ts'
import { cssCase } from './shared/css.ts'

/** The same cluster on the cloud whose documents of 2026 have no reply at all. */
const place = { provider: 'otc-css', region: 'eu-de' } as const

export const otcCssCase: ProviderCase = cssCase(place, cssOddities(place))
