import { bmsProvider } from '../../provider-kit/huawei/bms/provider.ts'
import { huaweiRegion } from '../../provider-kit/huawei/server/manifest.ts'
import type { Provider } from '../../provider-kit/provider.ts'

/** Bare Metal Server of Huawei Cloud. */
export const huaweicloudBms: Provider = bmsProvider(
  {
    id: 'huaweicloud-bms',
    title: 'Huawei Cloud, Bare Metal Server',
    sources: ['huaweicloudDocs/bms, API reference "重启裸金属服务器" (bms_api_0614) and error codes (2023-04)'],
    region: huaweiRegion,
  },
  (region) => `https://bms.${region}.myhuaweicloud.com`,
)
