import { afterEach, describe, expect, test, vi } from 'vitest'
import { startSchedules } from '../../../infra/local/schedules.ts'
import { place, templateOf } from '../../helpers/template.ts'

const schedule = (properties: Record<string, unknown> = {}, target: Record<string, unknown> = {}) =>
  templateOf({
    Schedule: [
      'AWS::Scheduler::Schedule',
      {
        Name: 'poller',
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: 'arn:function', RoleArn: 'arn:role', ...target },
        ...properties,
      },
    ],
  })

const start = (template: ReturnType<typeof schedule>, timeScale = 1) => {
  const payloads: string[] = []
  const deliver = (_: string, payload: string) => void payloads.push(payload)
  const knows = (arn: string) => arn === 'arn:function'
  const running = startSchedules(template, { place, timeScale, deliver, knows })
  return { payloads, close: running.close }
}

afterEach(() => vi.useRealTimers())

describe('a schedule', () => {
  test('fires at once, then at its rate on the clock of the stack, until it is stopped', () => {
    vi.useFakeTimers()
    const { payloads, close } = start(schedule(), 60)

    vi.advanceTimersByTime(2_500)
    close()
    vi.advanceTimersByTime(10_000)

    expect(payloads).toHaveLength(3)
  })

  test('puts the scheduled time into a constant input', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-21T10:00:00.250Z') })
    const Input = '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>"}'

    const { payloads, close } = start(schedule({}, { Input }))
    close()

    expect(payloads.map((payload) => JSON.parse(payload) as unknown)).toEqual([
      { at: '2026-11-21T10:00:00Z', by: 'arn:aws:scheduler:eu-central-1:000000000000:schedule/default/poller' },
    ])
  })

  test('sends a scheduled event where there is no input', () => {
    const { payloads, close } = start(schedule())
    close()

    expect(JSON.parse(payloads[0]!)).toMatchObject({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' })
  })

  test.each([
    ['a cron expression', schedule({ ScheduleExpression: 'cron(0 3 * * ? *)' }), 'cron(0 3 * * ? *) is not known'],
    ['a target that is no function', schedule({}, { Arn: 'arn:topic' }), 'arn:topic is no function'],
    ['no role', schedule({}, { RoleArn: '' }), 'without a role never fires'],
  ])('with %s stops the stack', (_, template, message) => {
    expect(() => start(template)).toThrow(message)
  })
})
