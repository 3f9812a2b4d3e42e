import { ecsProvider } from '../../provider-kit/huawei/ecs/provider.ts'
import { huaweiRegion } from '../../provider-kit/huawei/server/manifest.ts'
import type { Provider } from '../../provider-kit/provider.ts'

/** Elastic Cloud Server of Huawei Cloud. */
export const huaweicloudEcs: Provider = ecsProvider(
  {
    id: 'huaweicloud-ecs',
    title: 'Huawei Cloud, Elastic Cloud Server',
    sources: [
      'huaweicloudDocs/ecs (2024-04)',
      'support.huaweicloud.com, ecs_02_0302 (2026-02-09) and ecs_02_0901 (2025-12-29)',
      'c7n_huaweicloud, recorded restart of 2025-03-23',
    ],
    region: huaweiRegion,
  },
  (region) => `https://ecs.${region}.myhuaweicloud.com`,
)
