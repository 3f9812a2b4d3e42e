import type { providers } from '../../lib/providers/registry.ts'
import { huaweicloudBmsCase } from './cases/huaweicloud-bms.ts'
import { huaweicloudCssCase } from './cases/huaweicloud-css.ts'
import { huaweicloudEcsCase } from './cases/huaweicloud-ecs.ts'
import { otcBmsCase } from './cases/otc-bms.ts'
import { otcCssCase } from './cases/otc-css.ts'
import { otcEcsCase } from './cases/otc-ecs.ts'
import { qingcloudEhpcCase } from './cases/qingcloud-ehpc.ts'
import type { ProviderCase, Sample } from './provider-case.ts'

/** Every provider of the registry declares itself: one that does not is an error of types. */
export const cases: Readonly<Record<keyof typeof providers, ProviderCase>> = {
  'otc-ecs': otcEcsCase,
  'huaweicloud-ecs': huaweicloudEcsCase,
  'huaweicloud-bms': huaweicloudBmsCase,
  'otc-bms': otcBmsCase,
  'huaweicloud-css': huaweicloudCssCase,
  'otc-css': otcCssCase,
  'qingcloud-ehpc': qingcloudEhpcCase,
}

export type Subject = { id: string; providerCase: ProviderCase; sample: Sample }

/** For `describe.each`: every sample of every provider. */
export const subjects: readonly (readonly [string, Subject])[] = Object.entries(cases).flatMap(([id, providerCase]) =>
  providerCase.samples.map((sample) => [`${id}, ${sample.name}`, { id, providerCase, sample }] as const),
)

/** The first sample of everything that a cloud can be made to do, where the others would only take the same way again. */
export const oneOfEach: typeof subjects = subjects.filter(
  ([, { providerCase, sample }]) => providerCase.samples.find(({ noted }) => noted === sample.noted) === sample,
)
