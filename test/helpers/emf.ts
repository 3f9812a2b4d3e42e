import * as z from 'zod'

const MetricDefinition = z.strictObject({
  Name: z.string().min(1).max(1024),
  Unit: z.enum(['Count', 'Milliseconds']).optional(),
  StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
})

const MetricDirective = z.strictObject({
  Namespace: z.string().min(1).max(1024),
  Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
  Metrics: z.array(MetricDefinition).min(1).max(100),
})

const Document = z.looseObject({
  _aws: z.strictObject({
    Timestamp: z.int().min(0),
    CloudWatchMetrics: z.array(MetricDirective).length(1),
  }),
})

const DimensionValue = z.string().min(1).max(1024)
const MetricValue = z.union([z.number(), z.array(z.number()).min(1).max(100)])

/** One line as CloudWatch understands it. */
export type EmfLine = {
  timestamp: number
  namespace: string
  /** The sets of dimensions under which every metric of the line is published. */
  dimensionSets: readonly (readonly string[])[]
  dimensions: Readonly<Record<string, string>>
  metrics: readonly { name: string; unit: string | undefined; values: readonly number[] }[]
}

/**
 * Reads a line strictly by AWS's document "Specification: Embedded metric format". Throws for whatever CloudWatch would
 * not take, and for a member that nobody asked for.
 */
export const readEmf = (line: string): EmfLine => {
  if (line.includes('\n')) throw new Error('more than a line')
  const { _aws, ...members } = Document.parse(JSON.parse(line))
  const [directive] = _aws.CloudWatchMetrics
  if (directive === undefined) throw new Error('no directive')

  const { Namespace, Dimensions, Metrics } = directive
  const names = [...new Set(Dimensions.flat())]
  const dimensions = Object.fromEntries(names.map((name) => [name, DimensionValue.parse(members[name])]))
  const metrics = Metrics.map(({ Name, Unit }) => ({
    name: Name,
    unit: Unit,
    values: [MetricValue.parse(members[Name])].flat(),
  }))
  const declared = new Set([...names, ...metrics.map(({ name }) => name)])
  const stray = Object.keys(members).filter((name) => !declared.has(name))
  if (stray.length > 0) throw new Error(`neither a dimension nor a metric: ${stray.join(', ')}`)
  return { timestamp: _aws.Timestamp, namespace: Namespace, dimensionSets: Dimensions, dimensions, metrics }
}

/** What CloudWatch makes of the lines: the sum of each metric, by "name provider", or by its name where it has no provider. */
export const sumsOf = (lines: readonly string[]): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const { metrics, dimensions } of lines.map(readEmf)) {
    for (const { name, values } of metrics) {
      const key = [name, dimensions['Provider'] ?? []].flat().join(' ')
      sums[key] = (sums[key] ?? 0) + values.reduce((sum, value) => sum + value, 0)
    }
  }
  return sums
}
