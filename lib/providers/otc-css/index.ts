import { cssManifest } from '../../provider-kit/css/manifest.ts'
import { cssProvider } from '../../provider-kit/css/provider.ts'
import type { Provider } from '../../provider-kit/provider.ts'

/** Cloud Search Service of Open Telekom Cloud: in eu-de only (huawei-otc.md, section 4). */
export const otcCss: Provider = cssProvider(
  cssManifest({
    id: 'otc-css',
    title: 'Open Telekom Cloud, Cloud Search Service',
    sources: [
      'opentelekomcloud-docs/cloud-search-service, API reference and user manual (2026-04-22)',
      'opentelekomcloud-docs/regions-and-endpoints (2026)',
      'terraform-provider-opentelekomcloud and gophertelekomcloud (2024-10)',
    ],
    region: { pattern: 'eu-de', description: 'Region; the service is in eu-de only', example: 'eu-de' },
  }),
  (region) => `https://css.${region}.otc.t-systems.com`,
)
