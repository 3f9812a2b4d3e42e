import * as z from 'zod'

/** `CloudWatch Alarm State Change` as EventBridge delivers it, as far as a rule needs it. */
export type Alarm = z.infer<typeof Alarm>
export const Alarm = z
  .object({
    detail: z.object({
      alarmName: z.string(),
      state: z.object({ value: z.string(), timestamp: z.string() }),
      configuration: z
        .object({
          metrics: z
            .array(
              z.object({
                metricStat: z
                  .object({ metric: z.object({ dimensions: z.record(z.string(), z.string()).default({}) }) })
                  .optional(),
              }),
            )
            .default([]),
        })
        .default({ metrics: [] }),
    }),
  })
  .transform(({ detail }) => ({
    name: detail.alarmName,
    state: detail.state.value,
    /** When the alarm went into this state, ms; NaN when that cannot be read. */
    observedAt: Date.parse(detail.state.timestamp.replace(/\+0000$/, 'Z')),
    dimensions: Object.assign(
      {},
      ...detail.configuration.metrics.map(({ metricStat }) => metricStat?.metric.dimensions ?? {}),
    ) as Record<string, string>, // every part is one, by the schema above
  }))
