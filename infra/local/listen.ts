import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts a server on 127.0.0.1 (port 0: any free one) and answers its URL; throws when the port is taken. */
export const listen = (server: Server, port = 0) =>
  new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    })
  })

/** Stops a server at once; callers that keep a connection open do not hold it. */
export const stop = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
