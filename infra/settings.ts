import * as z from 'zod'

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)

/** Parameters come as values from serverless.yml and as text from the command line. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })])

/** The parameters of a stage that decide which resources there are. */
export type Settings = z.infer<typeof Settings>
export const Settings = z
  .object({
    /** Part of every name. With 20 characters the longest of them is still within its service's limit. */
    stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 of a-z, 0-9 and -, and begin with a letter'),
    alarmEmail: z.union([z.literal(''), z.email()]),
    requestAccounts: list.pipe(z.array(z.string().regex(/^\d{12}$/, 'must be account ids of 12 digits'))),
    jwtIssuer: z.union([z.literal(''), z.url({ protocol: /^https$/ })]),
    jwtAudience: list,
    throttleRate: z.coerce.number().positive(),
    throttleBurst: z.coerce.number().int().positive(),
    reserveConcurrency: flag,
  })
  .refine(({ jwtIssuer, jwtAudience }) => (jwtIssuer === '') === (jwtAudience.length === 0), {
    message: 'jwtIssuer and jwtAudience need each other',
  })

/** What osls hands to a function that a variable leads to. */
export type Sources = { resolveVariable: (address: string) => Promise<unknown> }

/** Reads the settings of the stage that is packaged. Throws with every parameter that is wrong. */
export const readSettings = async ({ resolveVariable }: Sources): Promise<Settings> => {
  const names = Object.keys(Settings.shape) as Array<keyof Settings>
  const addresses = names.map((name) => (name === 'stage' ? 'sls:stage' : `param:${name}`))
  const values = await Promise.all(addresses.map((address) => resolveVariable(address)))
  const read = Settings.safeParse(Object.fromEntries(names.map((name, i) => [name, values[i]])))
  if (read.success) return read.data
  throw new Error(read.error.issues.map(({ path, message }) => `parameter ${path.join('.')}: ${message}`).join('; '))
}
