import { ecsProvider } from '../../provider-kit/huawei/ecs/provider.ts'
import type { Provider } from '../../provider-kit/provider.ts'

/** Elastic Cloud Server of Open Telekom Cloud. */
export const otcEcs: Provider = ecsProvider(
  {
    id: 'otc-ecs',
    title: 'Open Telekom Cloud, Elastic Cloud Server',
    sources: [
      'opentelekomcloud-docs/elastic-cloud-server, API reference and user manual (2026-07-02)',
      'opentelekomcloud-docs/api-usage and regions-and-endpoints (2026)',
    ],
    region: {
      pattern: 'eu-de|eu-nl|eu-ch2',
      description: 'Region: eu-de, eu-nl, or eu-ch2 (Swiss OTC)',
      example: 'eu-de',
    },
  },
  // Swiss OTC has hosts of its own (regions and endpoints).
  (region) => `https://ecs.${region}${region === 'eu-ch2' ? '.sc' : ''}.otc.t-systems.com`,
)
