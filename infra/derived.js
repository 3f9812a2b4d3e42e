// osls reads .js files and no .ts: what follows from the provider registry comes to serverless.yml through here.
export { functions } from './functions.ts'
export { queues } from './queues.ts'
export { roles } from './roles.ts'
export { rules } from './rules.ts'
