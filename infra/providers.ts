import { providerIds } from '../lib/providers/registry.ts'

/** Every provider of the registry gets a queue, a dead-letter queue, an invoker function and a role. */
export { providerIds }

/** `otc-ecs` as part of an environment variable: `OTC_ECS`. */
export const variableOf = (id: string) => id.toUpperCase().replaceAll('-', '_')

/** `otc-ecs` as part of a CloudFormation logical id: `OtcEcs`. */
export const logicalOf = (id: string) =>
  id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** The environment variables that tell a function the queue of every provider. */
export const queueVariables = () =>
  Object.fromEntries(providerIds.map((id) => [`QUEUE_URL_${variableOf(id)}`, { Ref: `${logicalOf(id)}Queue` }]))
