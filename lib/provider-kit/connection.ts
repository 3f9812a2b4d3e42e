import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

/** Whether a byte of a request can have left yet. */
export type Connection = { isOpen: boolean }

/**
 * Watches the connection of a request. Node holds a request back until its connection is made, and over TLS until the
 * certificate was accepted. Whatever is not known to be unconnected counts as open.
 */
export const watchConnection = (request: ClientRequest, isTls: boolean, connection: Connection): void => {
  const watch = (socket: Socket): void => {
    if (!socket.connecting) connection.isOpen = true
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      connection.isOpen = true
    })
  }
  if (request.socket) watch(request.socket)
  else request.once('socket', watch)
}
