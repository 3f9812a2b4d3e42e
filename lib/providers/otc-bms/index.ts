import { bmsProvider } from '../../provider-kit/huawei/bms/provider.ts'
import type { Provider } from '../../provider-kit/provider.ts'

/** Bare Metal Server of Open Telekom Cloud: in eu-de only, and served by the host of ECS (regions and endpoints). */
export const otcBms: Provider = bmsProvider(
  {
    id: 'otc-bms',
    title: 'Open Telekom Cloud, Bare Metal Server',
    sources: [
      'opentelekomcloud-docs/bare-metal-server, API reference (2025-12-18)',
      'opentelekomcloud-docs/regions-and-endpoints (2026)',
    ],
    region: { pattern: 'eu-de', description: 'Region; the service is in eu-de only', example: 'eu-de' },
  },
  (region) => `https://ecs.${region}.otc.t-systems.com`,
)
