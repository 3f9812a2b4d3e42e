import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import * as z from 'zod'
import { type CloudWishes, startClouds } from '../../infra/local/clouds.ts'
import { providers } from '../../lib/providers/registry.ts'
import { askPython } from './ask-python.ts'

const Certificate = z.object({ key: z.string(), certificate: z.string() })

/** A cloud where a target is, and the key it knows. */
export type Site = {
  provider: keyof typeof providers
  target: Record<string, string>
  credentials: Record<string, string>
}

const hostOf = ({ provider, target }: Site): string => new URL(providers[provider].endpoint(target)).hostname

/**
 * The simulators of the clouds, behind TLS and under the names that are compiled into the providers: functions reach them as
 * they would reach the clouds. Their work takes a sixtieth of the time.
 */
export const startSites = async (sites: readonly Site[], wishes: CloudWishes) => {
  const variables = sites.map(({ provider, credentials }) => [
    `PROVIDER_CREDENTIALS_${provider.toUpperCase().replaceAll('-', '_')}`,
    JSON.stringify(credentials),
  ])
  const clouds = await startClouds({ env: Object.fromEntries(variables), timeScale: 60, wishes })
  const portOf = new Map(sites.map((site) => [hostOf(site), Number(new URL(clouds.get(site.provider)!.url).port)]))
  const { key, certificate } = Certificate.parse(await askPython('certificate', [...portOf.keys()]))

  const open = new Set<TLSSocket>()
  const server = createServer({ key, cert: certificate }, (socket) => {
    open.add(socket)
    const port = portOf.get(socket.servername || '')
    if (port === undefined) return void socket.destroy()
    const cloud = connect(port, '127.0.0.1')
    const end = () => {
      open.delete(socket)
      socket.destroy()
      cloud.destroy()
    }
    socket.on('error', end).on('close', end)
    cloud.on('error', end)
    socket.pipe(cloud).pipe(socket)
    return undefined
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    clouds,
    /** For `behind-tls.ts` in a function's process. */
    variables: { PEERS_TLS_PORT: String((server.address() as AddressInfo).port), PEERS_TLS_CA: certificate },
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await Promise.all([...clouds.values()].map((cloud) => cloud.close()))
    },
  }
}
