import { type Run, simulate } from './simulate.ts'

/** Operations of one run: enough to get into each other's way, few enough to read its trace. */
export const PER_RUN = 500

/** A run that broke something, and how to see it again. */
export const replayOf = ({ seed, operations }: Run): string =>
  `npm run simulate -- --seed ${seed} --operations ${operations}`

const MOST_LINES = 200

/** The run again, as a trace of what it broke: every effect that names the operation concerned, or else the last ones. */
export const traceOf = async ({ seed, operations, violations }: Run): Promise<string[]> => {
  const lines: string[] = []
  await simulate({ seed, operations, trace: (line) => lines.push(line) })
  const about = /op-[0-9a-f]+/.exec(violations[0]?.about ?? '')?.[0]
  const concerned = about === undefined ? lines : lines.filter((line) => line.includes(about))
  return [...lines.slice(0, 1), ...concerned.slice(-MOST_LINES)]
}
