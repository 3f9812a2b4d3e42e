import type { Target } from '../../domain/work.ts'
import { AccessKey, type Credentials } from '../credentials.ts'
import { sdkHmacSha256 } from '../sdk-hmac-sha256.ts'
import type { Signer } from '../signer.ts'

/** The signer of Huawei Cloud and OTC for a target's project. Throws ZodError when the credentials are of another kind. */
export const huaweiSigner = (credentials: Credentials, target: Target): Signer =>
  sdkHmacSha256(AccessKey.parse(credentials), target['projectId'] ?? '')
