import * as z from 'zod'
import type { ProviderError } from '../classify.ts'

const Code = z.union([z.string(), z.number()]).transform(String)
const Text = z.string().nullish().catch(null)
const Detail = z.object({ code: Code, message: Text })

/** Shapes 1 to 4 and 6 (huawei-otc.md, section 6.1), and `error` as a mere text, as web frameworks have it. */
const Body = z.object({
  error: z
    .union([
      z.string().min(1),
      z.object({ code: Code.nullish().catch(null), message: Text, details: z.array(Detail).nullish().catch(null) }),
    ])
    .nullish()
    .catch(null),
  error_code: Code.nullish().catch(null),
  error_msg: Text,
  errCode: Code.nullish().catch(null),
  externalMessage: Text,
  code: Code.nullish().catch(null),
  message: Text,
  element: Text,
  job_id: z.unknown().optional(),
})

/** Shape 5: the OpenStack-native layer names the kind of fault in the only key; its `code` is an HTTP status. */
const Fault = z.object({ code: Code, message: z.string() })

/**
 * The error in a body of Huawei Cloud or OTC, in whichever of the shapes that were read in documents and recordings
 * (huawei-otc.md, section 6.1); undefined when the body carries none, whatever HTTP status it came with.
 */
export const readHuaweiError = (json: unknown): ProviderError | undefined => {
  const parsed = Body.safeParse(json)
  if (!parsed.success) return undefined
  const { data } = parsed
  return (
    nested(data.error) ??
    // A failed job says its own `error_code` (section 2); that is the job's, not the query's.
    (data.job_id === undefined ? named(data.error_code, data.error_msg) : undefined) ??
    named(data.errCode, data.externalMessage) ??
    topLevel(data.code, data.message ?? data.element) ??
    nativeFault(json)
  )
}

/** The code of an error that names none. */
const UNNAMED = 'UnnamedError'

const nested = (error: z.infer<typeof Body>['error']): ProviderError | undefined => {
  if (typeof error === 'string') return { code: UNNAMED, message: error }
  if (error === null || error === undefined) return undefined
  const { code, message, details } = error
  const causes = (details ?? []).map((detail) => `${detail.code}: ${detail.message ?? ''}`.trim())
  const text = [message ?? '', ...causes].filter((part) => part !== '').join('; ')
  if (code === null || code === undefined || code === '') {
    return text === '' ? undefined : { code: UNNAMED, message: text }
  }
  return { code, message: text === '' ? code : text }
}

const named = (code: string | null | undefined, message: string | null | undefined): ProviderError | undefined =>
  code === null || code === undefined || code === '' ? undefined : { code, message: message || code }

/** A bare `code` needs its text beside it, and is not an error where it says that all is well. */
const topLevel = (code: string | null | undefined, message: string | null | undefined): ProviderError | undefined =>
  message === null || message === undefined || code === '0' || code === '200' ? undefined : named(code, message)

const nativeFault = (json: unknown): ProviderError | undefined => {
  const entries = Object.entries(json ?? {})
  const [name, value] = entries[0] ?? []
  const fault = Fault.safeParse(value)
  return entries.length === 1 && name !== undefined && fault.success
    ? { code: name, message: fault.data.message }
    : undefined
}
