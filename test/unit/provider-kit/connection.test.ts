import { EventEmitter } from 'node:events'
import type { ClientRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { watchConnection } from '../../../lib/provider-kit/connection.ts'

const socketThat = (connecting: boolean) => Object.assign(new EventEmitter(), { connecting })
// Only what is listened to: a request is an emitter with a socket or none yet.
const requestWith = (socket: EventEmitter | null) =>
  Object.assign(new EventEmitter(), { socket }) as unknown as ClientRequest

describe('watching a connection', () => {
  it('is closed until the connection is made', () => {
    const connection = { isOpen: false }
    const socket = socketThat(true)
    const request = requestWith(null)

    watchConnection(request, false, connection)
    request.emit('socket', socket)
    const before = connection.isOpen
    socket.emit('connect')

    expect([before, connection.isOpen]).toEqual([false, true])
  })

  it('is closed until the certificate was accepted', () => {
    const connection = { isOpen: false }
    const socket = socketThat(true)

    watchConnection(requestWith(socket), true, connection)
    socket.emit('connect')
    const before = connection.isOpen
    socket.emit('secureConnect')

    expect([before, connection.isOpen]).toEqual([false, true])
  })

  it('counts a socket that is not known to be unconnected as open', () => {
    const connection = { isOpen: false }

    watchConnection(requestWith(socketThat(false)), true, connection)

    expect(connection.isOpen).toBe(true)
  })
})
