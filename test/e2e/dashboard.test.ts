import { expect, test } from 'vitest'
import { metricNames } from '../../lib/domain/metrics.ts'
import { providerIds } from '../../infra/providers.ts'
import { awsMetrics, dimensionsThatExist } from '../helpers/aws-metrics.ts'
import { ofType, resources, textAt } from '../helpers/packaged.ts'

type Widget = {
  type: 'metric' | 'alarm' | 'log'
  x: number
  y: number
  width: number
  height: number
  properties: { title: string; metrics?: unknown[][]; alarms?: string[]; query?: string }
}

const body = JSON.parse(textAt(resources()['Dashboard']!.Properties, 'DashboardBody', 'Fn::Sub')) as {
  widgets: Widget[]
}

const series = body.widgets
  .flatMap(({ properties }) => properties.metrics ?? [])
  .map(([namespace, name, ...rest]) => {
    const names = rest.filter((part): part is string => typeof part === 'string')
    const dimensions = Object.fromEntries(
      names.flatMap((part, i) => (i % 2 === 0 ? [[part, names[i + 1] ?? '']] : [])),
    ) as Record<string, string>
    return { namespace: String(namespace), name: String(name), dimensions }
  })

test('the dashboard shows metrics that exist, by dimensions that they have', () => {
  const strange = series.filter(({ namespace, name }) => !awsMetrics[namespace]?.includes(name))
  const lost = series.filter(({ namespace, dimensions }) => !dimensionsThatExist(namespace, dimensions))

  expect(strange).toEqual([])
  expect(lost).toEqual([])
})

test('the dashboard shows every metric of Drover, and for every provider how late its ends are seen', () => {
  const shown = new Set(series.filter(({ namespace }) => namespace === 'Drover').map(({ name }) => name))
  const delays = series.filter(({ name }) => name === 'DetectionDelay').map(({ dimensions }) => dimensions['Provider'])

  expect(metricNames.filter((name) => !shown.has(name))).toEqual([])
  expect(new Set(delays)).toEqual(new Set(providerIds))
})

test('the dashboard shows the state of every alarm, a hundred at most', () => {
  const names = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => textAt(Properties, 'AlarmName'))
  const shown = body.widgets.flatMap(({ properties }) => properties.alarms ?? [])

  expect(shown.map((arn) => arn.split(':alarm:')[1])).toEqual(names)
  expect(shown.length).toBeLessThanOrEqual(100)
})

test('no widget of the dashboard covers another or stands outside of its 24 columns', () => {
  const overlapping = body.widgets.flatMap((one, i) =>
    body.widgets
      .slice(i + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      )
      .map((other) => [one.properties.title, other.properties.title]),
  )

  expect(overlapping).toEqual([])
  expect(body.widgets.filter(({ x, width }) => x + width > 24)).toEqual([])
})
