/** Every line in the embedded metric format begins like this; each is written at once, and so comes whole. */
const METRIC = '{"_aws":'

/** Parts what functions print: log lines are for people, metrics for CloudWatch, which is not here. */
export const partedLines = (text: string): { log: string; metrics: readonly string[] } => {
  if (!text.includes(METRIC)) return { log: text, metrics: [] }
  const lines = text.split('\n')
  const isMetric = (line: string) => line.startsWith(METRIC)
  return { log: lines.filter((line) => !isMetric(line)).join('\n'), metrics: lines.filter(isMetric) }
}
