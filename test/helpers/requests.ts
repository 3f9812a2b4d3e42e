import { randomUUID } from 'node:crypto'

const project = '0215ef11e49d4743be23dd97a1561e91'

/** A request to restart so many servers that nobody has heard of before. */
export const restartOf = (provider: 'otc-ecs' | 'huaweicloud-ecs', nodes: number) => ({
  provider,
  action: 'restart',
  target: { region: provider === 'otc-ecs' ? 'eu-de' : 'cn-north-4', projectId: project },
  nodeIds: Array.from({ length: nodes }, () => randomUUID()),
  options: { mode: 'soft' },
  reason: 'kernel update',
})
