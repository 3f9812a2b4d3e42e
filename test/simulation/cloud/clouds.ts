import type { Clouds } from '../asks.ts'
import { createHpcCloud } from './hpc.ts'
import { createSearchCloud } from './search.ts'
import { bms, type CloudNeeds, createServerCloud, ecs } from './servers.ts'

/** All clouds, with nothing in them yet. */
export const createClouds = (needs: CloudNeeds): Clouds => ({
  'otc-ecs': createServerCloud(ecs, needs),
  'huaweicloud-ecs': createServerCloud(ecs, needs),
  'otc-bms': createServerCloud(bms, needs),
  'huaweicloud-bms': createServerCloud(bms, needs),
  'otc-css': createSearchCloud(needs),
  'huaweicloud-css': createSearchCloud(needs),
  'qingcloud-ehpc': createHpcCloud(needs),
})
