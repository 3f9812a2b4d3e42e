import * as z from 'zod'

/** A provider's credentials as they are stored: JSON whose shape the provider's signer parses. Never logged. */
export type Credentials = Readonly<Record<string, string>>
export const Credentials = z.record(z.string(), z.string())

/** AK/SK of Huawei Cloud and OTC, with the token of temporary ones (huawei-otc.md, section 5.1). */
export type AccessKey = z.infer<typeof AccessKey>
export const AccessKey = z.object({
  accessKey: z.string().min(1),
  secretKey: z.string().min(1),
  securityToken: z.string().min(1).optional(),
})

/** API key of QingCloud (qingcloud-ehpc.md, section 1.2). */
export type QingCloudKey = z.infer<typeof QingCloudKey>
export const QingCloudKey = z.object({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) })
