import * as z from 'zod'

const positive = z.coerce.number().positive()

/** What every function reads from its environment. */
export type Environment = z.infer<typeof Environment>
export const Environment = z.object({
  DROVER_STAGE: z.string().min(1),
  LOG_LEVEL: z.string().optional(),
  TABLE_NAME: z.string().min(1),
  EVENT_BUS_NAME: z.string().min(1),
  /** Set by the local stack alone; what follows is read only when it is. */
  DROVER_LOCAL: z.literal('1').optional(),
  DROVER_TIME_SCALE: positive.default(1),
  DROVER_GRACE_SECONDS: positive.optional(),
  DROVER_DEADLINE_SECONDS: positive.optional(),
})

/**
 * Parses a function's environment.
 *
 * @throws Error that names every variable that is missing or wrong, never its value
 */
export const parseEnvironment = <T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv): z.infer<T> => {
  const parsed = schema.safeParse(env)
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new Error(`environment: ${wrong.join('; ')}`)
}

/** `otc-ecs` as it stands in the name of a variable: `OTC_ECS`. */
export const variableOf = (provider: string): string => provider.toUpperCase().replaceAll('-', '_')
