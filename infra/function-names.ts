import { providerIds } from './providers.ts'

/** Every function of the stack, by the part of its name after `drover-<stage>-`. */
export const functionNames: readonly string[] = [
  'ingest',
  'operations',
  ...providerIds.map((id) => `invoker-${id}`),
  'poller',
  'dead-letter',
]
