import { canonicalJson, fingerprint } from '../domain/fingerprint.ts'
import type { Credentials } from '../provider-kit/credentials.ts'

/** Names a credential without saying anything of it. A key that was changed in any part is another one. */
export const credentialName = (provider: string, account: string, keys: Credentials): string =>
  fingerprint('credential', provider, account, canonicalJson(keys)).slice(0, 32)
