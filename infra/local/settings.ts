import { join } from 'node:path'

const passedOn = /^(DROVER_|PROVIDER_|LOG_LEVEL$|REMEDIATION_RULES_FILE$)/

/** What of the user's environment the functions get to see. A variable that is set to nothing counts as not set. */
export const functionVariables = (env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => passedOn.test(entry[0]) && Boolean(entry[1])),
  )

/** How many times faster than real time schedules, visibility timeouts and simulated clouds run. */
export const timeScaleOf = (env: Readonly<Record<string, string>>) => {
  const scale = Number(env['DROVER_TIME_SCALE'] ?? 1)
  if (!(scale > 0 && Number.isFinite(scale))) throw new Error('DROVER_TIME_SCALE must be a number above 0')
  return scale
}

/** Where the parts of a stack keep their state, as options that are absent when it is in memory. */
export const dataPaths = (dataDir: string | undefined) => ({
  file: (name: string) => (dataDir === undefined ? {} : { file: join(dataDir, name) }),
  folder: (name: string) => (dataDir === undefined ? {} : { folder: join(dataDir, name) }),
})
