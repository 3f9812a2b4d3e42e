import type { Provider } from '../provider-kit/provider.ts'
import { huaweicloudBms } from './huaweicloud-bms/index.ts'
import { huaweicloudCss } from './huaweicloud-css/index.ts'
import { huaweicloudEcs } from './huaweicloud-ecs/index.ts'
import { otcBms } from './otc-bms/index.ts'
import { otcCss } from './otc-css/index.ts'
import { otcEcs } from './otc-ecs/index.ts'
import { qingcloudEhpc } from './qingcloud-ehpc/index.ts'

/** Every cloud service that Drover acts on: one line and one folder each. */
export const providers = {
  'otc-ecs': otcEcs,
  'huaweicloud-ecs': huaweicloudEcs,
  'huaweicloud-bms': huaweicloudBms,
  'otc-bms': otcBms,
  'huaweicloud-css': huaweicloudCss,
  'otc-css': otcCss,
  'qingcloud-ehpc': qingcloudEhpc,
} satisfies Record<string, Provider>

export const providerIds: readonly string[] = Object.keys(providers)

/** The provider with this id; a word of JavaScript's own is none. */
export const findProvider = (id: string): Provider | undefined =>
  Object.hasOwn(providers, id) ? (providers as Record<string, Provider>)[id] : undefined
