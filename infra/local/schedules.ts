import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Place } from './resource-types.ts'
import { TemplateError } from './template-error.ts'
import type { Resource, Template } from './template.ts'

const scheduleSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  GroupName: z.string().optional(),
  ScheduleExpression: z.string(),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.strictObject({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().optional(),
    RetryPolicy: z.unknown().optional(),
    DeadLetterConfig: z.unknown().optional(),
  }),
})

type Schedule = Resource<z.output<typeof scheduleSchema>>

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Milliseconds of a `rate(n minutes)`; a cron or a one-time expression is a TemplateError. */
export const rateOf = (expression: string) => {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const length = units[unit ?? '']
  if (length === undefined || Number(count) < 1) {
    throw new TemplateError(`schedule expression ${expression} is not known to the embedded stack`)
  }
  return Number(count) * length
}

/** EventBridge Scheduler user guide, "Adding context attributes": they are replaced inside a constant input. */
const substituted = (input: string, arn: string, time: string) =>
  input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1')

/** What a target without an input gets. */
const scheduledEvent = (arn: string, time: string, place: Place) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: place.account,
  time,
  region: place.region,
  resources: [arn],
  detail: '{}',
})

export const payloadOf = ({ arn, properties }: Schedule, at: Date, place: Place) => {
  const time = at.toISOString().replace(/\.\d+/, '')
  const { Input: input } = properties.Target
  return input === undefined ? JSON.stringify(scheduledEvent(arn, time, place)) : substituted(input, arn, time)
}

type Options = {
  place: Place
  timeScale: number
  deliver: (functionArn: string, payload: string) => void
  knows: (functionArn: string) => boolean
}

/** Fires every schedule of the template at once and then at its rate, `timeScale` times faster; answers how to stop. */
export const startSchedules = (template: Template, { place, timeScale, deliver, knows }: Options) => {
  const schedules = template
    .ofType('AWS::Scheduler::Schedule', scheduleSchema)
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map((schedule) => {
      const { Arn, RoleArn } = schedule.properties.Target
      if (!knows(Arn)) throw new TemplateError(`${schedule.logicalId}: target ${Arn} is no function of this stack`)
      if (RoleArn === '') throw new TemplateError(`${schedule.logicalId}: a schedule without a role never fires`)
      return { schedule, rate: rateOf(schedule.properties.ScheduleExpression), target: Arn }
    })
  const timers = schedules.map(({ schedule, rate, target }) => {
    const fire = () => deliver(target, payloadOf(schedule, new Date(), place))
    fire()
    return setInterval(fire, rate / timeScale)
  })
  return { close: () => timers.forEach((timer) => clearInterval(timer)) }
}
