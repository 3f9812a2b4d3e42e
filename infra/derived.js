// osls reads .js files and no .ts: what follows from the provider registry and from the parameters of a stage comes to
// serverless.yml through here.
import { alarmTopic as alarmTopicOf } from './alarm-topic.ts'
import { busPolicy as busPolicyOf } from './bus-policy.ts'
import { functions as functionsOf } from './functions.ts'
import { extensions as extensionsOf, httpApi as httpApiOf } from './http-api.ts'
import { readSettings } from './settings.ts'

export { alarms } from './alarms.ts'
export { dashboard } from './dashboard.ts'
export { outputs } from './outputs.ts'
export { queues } from './queues.ts'
export { roles } from './roles.ts'
export { rules } from './rules.ts'

export const alarmTopic = async (sources) => alarmTopicOf(await readSettings(sources))
export const busPolicy = async (sources) => busPolicyOf(await readSettings(sources))
export const extensions = async (sources) => extensionsOf(await readSettings(sources))
export const functions = async (sources) => functionsOf(await readSettings(sources))
export const httpApi = async (sources) => httpApiOf(await readSettings(sources))
