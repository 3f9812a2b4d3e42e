import { isDeepStrictEqual } from 'node:util'
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm'
import { Unavailable } from '../domain/problem.ts'
import { Credentials } from '../provider-kit/credentials.ts'

/** Finds the credentials of an account at a provider; `refused`: the provider did not take these, which are not answered from memory. */
export type CredentialsOf = (provider: string, account: string, refused?: Credentials) => Promise<Credentials>

/** The parameter store of a deployment, or the environment of a local run. */
export type CredentialsSource =
  | { kind: 'ssm'; client: SSMClient }
  | { kind: 'environment'; env: Readonly<Record<string, string | undefined>> }

type Needs = {
  stage: string
  source: CredentialsSource
  now: () => number
  /** How long credentials are remembered, ms, so that a rotation is picked up. */
  ttlMs?: number
}

const TTL_MS = 5 * 60_000

/** What a name in the parameter store may consist of; no path can be climbed with it. */
const ACCOUNT = /^[A-Za-z0-9_.-]{1,128}$/

/**
 * Credentials from the Parameter Store (`/drover/<stage>/credentials/<provider>/<account>`), or in a local run from
 * `PROVIDER_CREDENTIALS_<ID>`, which is one for all accounts. Throws Unavailable when there are none, or they cannot
 * be read; no error ever says anything of their value.
 */
export const createCredentials = ({ stage, source, now, ttlMs = TTL_MS }: Needs): CredentialsOf => {
  const read = source.kind === 'ssm' ? fromParameterStore(source.client, stage) : fromEnvironment(source.env)
  const remembered = new Map<string, { until: number; found: Promise<Credentials> }>()

  const find: CredentialsOf = async (provider, account, refused) => {
    const name = `${provider}/${account}`
    const known = remembered.get(name)
    if (known !== undefined && now() < known.until) {
      if (refused === undefined || !isDeepStrictEqual(await known.found, refused)) return known.found
      // Of many that were refused at once, one asks again for all of them.
      if (remembered.get(name) !== known) return find(provider, account)
    }
    const found = read(provider, account)
    const entry = { until: now() + ttlMs, found }
    remembered.set(name, entry)
    // Who asked is told of the failure; who asks next asks anew.
    found.catch(() => remembered.get(name) === entry && remembered.delete(name))
    return found
  }
  return find
}

type Read = (provider: string, account: string) => Promise<Credentials>

const fromEnvironment =
  (env: Readonly<Record<string, string | undefined>>): Read =>
  async (provider) => {
    const variable = `PROVIDER_CREDENTIALS_${provider.toUpperCase().replaceAll('-', '_')}`
    const value = env[variable]
    if (!value) throw new Unavailable(`there are no credentials of ${provider}: ${variable} is not set`)
    return parse(value, variable)
  }

const fromParameterStore =
  (ssm: SSMClient, stage: string): Read =>
  async (provider, account) => {
    const none = `there are no credentials of ${provider} for the account "${account.slice(0, 128)}"`
    if (!ACCOUNT.test(account)) throw new Unavailable(none)
    const name = `/drover/${stage}/credentials/${provider}/${account}`
    const value = await parameter(ssm, name).catch((error: unknown) => {
      if (error instanceof ParameterNotFound) throw new Unavailable(none, { cause: error })
      throw new Unavailable(`the parameter ${name} cannot be read`, { cause: error })
    })
    if (!value) throw new Unavailable(none)
    return parse(value, `the parameter ${name}`)
  }

const parameter = async (ssm: SSMClient, name: string): Promise<string | undefined> => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }))
  return Parameter?.Value
}

/** Neither the parser's error nor its cause is passed on: both can quote what they were given. */
const parse = (value: string, source: string): Credentials => {
  const parsed = Credentials.safeParse(jsonOf(value))
  if (!parsed.success) throw new Unavailable(`${source} is not a JSON object of texts`)
  return parsed.data
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
