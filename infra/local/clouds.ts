import { join } from 'node:path'
import * as z from 'zod'
import { providerIds, variableOf } from '../providers.ts'
import { createCssSimulator, type CssOptions } from './simulators/css.ts'
import { createBmsSimulator, createEcsSimulator } from './simulators/ecs.ts'
import type { EcsSimulatorOptions } from './simulators/ecs/options.ts'
import { createEhpcSimulator, type EhpcOptions } from './simulators/ehpc.ts'
import { serve, type Served } from './simulators/serve.ts'
import type { Fault, SimClock, Simulator } from './simulators/simulator.ts'

/** The variable of a local run that holds a provider's credentials, as JSON. */
export const credentialsVariable = (id: string): string => `PROVIDER_CREDENTIALS_${variableOf(id)}`

type Variables = Readonly<Record<string, string | undefined>>

/** What the stack gives every simulator: its clock, and the credentials as JSON text, where the user has set them. */
type Setting = { clock: SimClock; credentials: string | undefined }

/** What a caller may ask of one simulator: its fleet, its oddities, faults to begin with. */
type Wish<Given> = Partial<Omit<Given, 'clock' | 'credentials' | 'provider'>> & { faults?: Fault[] }

const HuaweiCredentials = z.object({
  accessKey: z.string().default('LOCALACCESSKEY'),
  secretKey: z.string().default('local-secret-key'),
  securityToken: z.string().exactOptional(),
})
const QingCloudCredentials = z.object({
  accessKeyId: z.string().default('LOCALACCESSKEYID'),
  secretAccessKey: z.string().default('local-secret-access-key'),
})

const parse = <S extends z.ZodType>(schema: S, json = '{}'): z.output<S> => schema.parse(JSON.parse(json))

const huawei =
  (create: (options: EcsSimulatorOptions) => Simulator) =>
  ({ clock, credentials }: Setting, wish: Wish<EcsSimulatorOptions>): Simulator =>
    create({ seed: 1, ...wish, clock, credentials: parse(HuaweiCredentials, credentials) })

const css =
  (provider: CssOptions['provider']) =>
  ({ clock, credentials }: Setting, wish: Wish<CssOptions>): Simulator =>
    createCssSimulator({ seed: 1, ...wish, clock, provider, credentials: parse(HuaweiCredentials, credentials) })

const ehpc = ({ clock, credentials }: Setting, wish: Wish<EhpcOptions>): Simulator =>
  createEhpcSimulator({ seed: 1, ...wish, clock, credentials: parse(QingCloudCredentials, credentials) })

/** Who plays the cloud of each provider. One without a player needs its endpoint in the environment. */
const players = {
  'otc-ecs': huawei(createEcsSimulator),
  'huaweicloud-ecs': huawei(createEcsSimulator),
  'huaweicloud-bms': huawei(createBmsSimulator),
  'otc-bms': huawei(createBmsSimulator),
  'huaweicloud-css': css('huaweicloud-css'),
  'otc-css': css('otc-css'),
  'qingcloud-ehpc': ehpc,
}

export type CloudWishes = { [Id in keyof typeof players]?: Parameters<(typeof players)[Id]>[1] }

export type Cloud = Served & { simulator: Simulator }

type Options = { env: Variables; timeScale: number; wishes: CloudWishes; folder?: string }

const isPlayed = (id: string): id is keyof typeof players => Object.hasOwn(players, id)

const start = async (id: keyof typeof players, { env, timeScale, wishes, folder }: Options): Promise<Cloud> => {
  const setting = {
    clock: { now: Date.now, scale: timeScale },
    credentials: env[credentialsVariable(id)],
  }
  // Each player takes the wish of its own provider: the table is typed by entry, the lookup cannot be.
  const play: (setting: Setting, wish: object) => Simulator = players[id]
  const wish = wishes[id] ?? {}
  const simulator = play(setting, wish)
  const served = await serve(simulator, {
    ...(wish.faults === undefined ? {} : { faults: wish.faults }),
    ...(folder === undefined ? {} : { stateFile: join(folder, `${id}.json`) }),
  })
  return { ...served, simulator }
}

/** Starts a simulator for every provider whose endpoint is not in the environment, by provider id. */
export const startClouds = async (options: Options): Promise<Map<string, Cloud>> => {
  const own = providerIds.filter((id) => !options.env[`PROVIDER_ENDPOINT_${variableOf(id)}`])
  const started = await Promise.all(
    own.map(async (id): Promise<[string, Cloud]> => {
      if (!isPlayed(id)) throw new Error(`there is no simulator of ${id}: set PROVIDER_ENDPOINT_${variableOf(id)}`)
      return [id, await start(id, options)]
    }),
  )
  return new Map(started)
}

/** Where the functions find each cloud and with which credentials; the user's own settings come first. */
export const cloudVariables = (clouds: Map<string, Cloud>, env: Variables): Record<string, string> =>
  Object.fromEntries(
    providerIds.flatMap((id) => {
      const credentials = id.startsWith('qingcloud-') ? QingCloudCredentials : HuaweiCredentials
      const endpoint = `PROVIDER_ENDPOINT_${variableOf(id)}`
      const secret = credentialsVariable(id)
      return [
        [endpoint, env[endpoint] || (clouds.get(id)?.url ?? '')],
        [secret, env[secret] || JSON.stringify(parse(credentials))],
      ]
    }),
  )
