import { createCssSimulator, type CssOptions } from '../../../infra/local/simulators/css.ts'
import { createBmsSimulator, createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import type { EcsSimulatorOptions } from '../../../infra/local/simulators/ecs/options.ts'
import { createEhpcSimulator, type EhpcOptions } from '../../../infra/local/simulators/ehpc.ts'
import type { AcceptedAction, RawReply, RawRequest } from '../../../infra/local/simulators/simulator.ts'
import type { Credentials } from '../../../lib/provider-kit/credentials.ts'
import type { VirtualClock } from './clock.ts'

/** Secrets that stand nowhere else, so that every trace of them is a leak. */
export const secrets = {
  huawei: { accessKey: 'AKWORLDACCESSKEY0001', secretKey: 'sk/world+secret=0002' },
  qingcloud: { accessKeyId: 'QYWORLDACCESSKEYID03', secretAccessKey: 'qy/world+secret=0004' },
} as const satisfies Record<string, Credentials>

export const secretTexts: readonly string[] = Object.values(secrets).flatMap((keys) => Object.values(keys))

export const credentialsOf = (provider: string): Credentials =>
  provider.startsWith('qingcloud-') ? secrets.qingcloud : secrets.huawei

type Wish<Given> = Partial<Omit<Given, 'clock' | 'credentials' | 'provider'>>

export type CloudWishes = {
  'otc-ecs'?: Wish<EcsSimulatorOptions>
  'huaweicloud-ecs'?: Wish<EcsSimulatorOptions>
  'otc-bms'?: Wish<EcsSimulatorOptions>
  'huaweicloud-bms'?: Wish<EcsSimulatorOptions>
  'otc-css'?: Wish<CssOptions>
  'huaweicloud-css'?: Wish<CssOptions>
  'qingcloud-ehpc'?: Wish<EhpcOptions>
}

export type ProviderId = keyof CloudWishes

/** As much of a simulated cloud as a world needs. */
export type FakeCloud = {
  handle: (request: RawRequest) => RawReply
  actions: () => ReadonlyArray<AcceptedAction>
}

/** Every simulated cloud, at the pace of the documents, on the world's clock. */
export const createFakeClouds = (
  { now }: Pick<VirtualClock, 'now'>,
  wishes: CloudWishes,
): ReadonlyMap<string, FakeCloud> => {
  const base = { clock: { now, scale: 1 }, seed: 1 }
  const huawei = { ...base, credentials: secrets.huawei }
  return new Map<ProviderId, FakeCloud>([
    ['otc-ecs', createEcsSimulator({ ...huawei, ...wishes['otc-ecs'] })],
    ['huaweicloud-ecs', createEcsSimulator({ ...huawei, ...wishes['huaweicloud-ecs'] })],
    ['otc-bms', createBmsSimulator({ ...huawei, ...wishes['otc-bms'] })],
    ['huaweicloud-bms', createBmsSimulator({ ...huawei, ...wishes['huaweicloud-bms'] })],
    ['otc-css', createCssSimulator({ ...huawei, provider: 'otc-css', ...wishes['otc-css'] })],
    ['huaweicloud-css', createCssSimulator({ ...huawei, provider: 'huaweicloud-css', ...wishes['huaweicloud-css'] })],
    ['qingcloud-ehpc', createEhpcSimulator({ ...base, credentials: secrets.qingcloud, ...wishes['qingcloud-ehpc'] })],
  ])
}
