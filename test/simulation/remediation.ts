import { RemediationRules } from '../../lib/flow/intake/remediation-rules.ts'

export const COOL_DOWN_MS = 3_600_000

/** One rule: an alarm on a server restarts it, at most once an hour. */
export const remediation: RemediationRules = RemediationRules.parse({
  rules: [
    {
      name: 'restart-hanging',
      alarm: 'hangs-(?<project>.+)-(?<marker>r\\d+)',
      cooldownSeconds: COOL_DOWN_MS / 1000,
      request: {
        provider: 'otc-ecs',
        action: 'restart',
        target: { region: 'eu-de', projectId: '{project}' },
        nodeIds: ['{dimension.InstanceId}'],
        reason: '{marker}',
      },
    },
  ],
})

/** The alarm of one server, as the bus delivers it. */
export const alarmOf = (id: string, marker: string, projectId: string, nodeId: string, at: number) => ({
  id,
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  detail: {
    alarmName: `hangs-${projectId}-${marker}`,
    state: { value: 'ALARM', timestamp: new Date(at).toISOString().replace('Z', '+0000') },
    configuration: { metrics: [{ metricStat: { metric: { dimensions: { InstanceId: nodeId } } } }] },
  },
})
