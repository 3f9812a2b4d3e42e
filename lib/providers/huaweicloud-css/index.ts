import { cssManifest } from '../../provider-kit/css/manifest.ts'
import { cssProvider } from '../../provider-kit/css/provider.ts'
import type { Provider } from '../../provider-kit/provider.ts'

/** Cloud Search Service of Huawei Cloud; all hosts have one form (huawei-otc.md, section 5.4). */
export const huaweicloudCss: Provider = cssProvider(
  cssManifest({
    id: 'huaweicloud-css',
    title: 'Huawei Cloud, Cloud Search Service',
    sources: [
      'huaweicloudDocs/css, API reference "重启集群" (css_03_0021) and cluster list (2021-10)',
      'huaweicloud-sdk-nodejs-v3 and -python-v3 (2026-08)',
      'terraform-provider-huaweicloud (2026-08-21)',
    ],
    region: { pattern: '[a-z]{2,3}-[a-z]+-\\d{1,4}', description: 'Region', example: 'cn-north-4' },
  }),
  (region) => `https://css.${region}.myhuaweicloud.com`,
)
