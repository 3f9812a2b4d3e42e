import * as z from 'zod'
import { timestampMs } from '../huawei/timestamp.ts'

/** A cluster of the Cloud Search Service as its detail query shows it, in our words. */
export type Cluster = {
  /** "100" operation in progress, "200" available, "303" unavailable. */
  status: string
  /** What the service is doing to it, e.g. REBOOTING, GROWING, SNAPSHOTTING. */
  actions: readonly string[]
  /** Its instances, with the same status words. */
  nodes: readonly { type: string; status: string }[]
  /** Why it is unavailable, where the service says so. */
  failure: { code: string | null; message: string | null }
  /** Last change, ms since the epoch of the provider's clock; null when it cannot be read. */
  updatedAt: number | null
}

/** Documents show statuses as strings; a number would be compared wrongly without a word. */
const Status = z.union([z.string(), z.number().transform(String)])

const Text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)

/**
 * The reason of a failure has three spellings (huawei-otc.md, section 4): `failed_reasons{error_code,error_msg}` in
 * Huawei's document of 2021, `failed_reasons{errorCode,errorMsg}` in gophertelekomcloud, `failedReason{errorCode,errorMsg}`
 * in OTC's of 2026.
 */
const Reason = z.object({ error_code: Text, errorCode: Text, error_msg: Text, errorMsg: Text }).nullish().catch(null)

/** A list in the documents; nothing at all, or a single word, is read as what it can only mean. */
const Actions = z
  .union([z.array(z.string()), z.string().transform((word) => [word]), z.null().transform(() => [])])
  .default([])
  .transform((actions) => actions.filter((action) => action !== ''))

const Instances = z
  .union([z.array(z.object({ type: z.string().catch(''), status: Status.catch('') })), z.null().transform(() => [])])
  .default([])

/** Turns the answer of `GET …/clusters/{id}` into our words. Without a status it is no cluster. */
export const Cluster = z
  .object({
    status: Status,
    actions: Actions,
    instances: Instances,
    updated: z.string().nullish().catch(null),
    failedReason: Reason,
    failed_reasons: Reason,
  })
  .transform(({ status, actions, instances, updated, failedReason, failed_reasons }): Cluster => {
    const reason = failedReason ?? failed_reasons
    return {
      status,
      actions,
      nodes: instances,
      failure: {
        code: reason?.errorCode ?? reason?.error_code ?? null,
        message: reason?.errorMsg ?? reason?.error_msg ?? null,
      },
      // `2023-10-09T02:07:13` is UTC without saying so (huawei-otc.md, section 4).
      updatedAt: timestampMs(updated),
    }
  })
