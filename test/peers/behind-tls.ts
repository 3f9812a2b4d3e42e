import tls from 'node:tls'

/**
 * A packaged function whose way into the internet ends at the simulated clouds: whatever host it connects to by TLS, it
 * reaches them, and it trusts their certificate, which has to be for that very host.
 */
const { PEERS_TLS_PORT: port, PEERS_TLS_CA: ca, PEERS_HANDLER: module } = process.env

const connect = tls.connect as (options: tls.ConnectionOptions) => tls.TLSSocket
tls.connect = ((options: tls.ConnectionOptions) =>
  connect({ ...options, host: '127.0.0.1', port: Number(port), ca })) as typeof tls.connect

export const { handler } = (await import(module!)) as { handler: unknown }
