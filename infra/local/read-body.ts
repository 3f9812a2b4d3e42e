import type { IncomingMessage } from 'node:http'

/** After the limit this many more bytes are taken and thrown away, so that the sender gets to read the answer. */
const patience = 64 * 1024 * 1024

/**
 * Reads a request's body of at most `limit` bytes; undefined when there is more. The rest is then let through unread,
 * so that the connection can still be answered, until the sender goes too far. Throws when the sender goes away.
 */
export const readBody = (request: IncomingMessage, limit: number) =>
  new Promise<Buffer | undefined>((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      if (size > limit) {
        chunks.length = 0
        resolve(undefined)
      }
      if (size > limit + patience) request.destroy()
    })
    request.on('end', () => resolve(size > limit ? undefined : Buffer.concat(chunks)))
    request.on('error', reject)
  })
