/** The answer is larger than what is read of one. */
export class TooLargeAnswer extends Error {
  override readonly name = 'TooLargeAnswer'
  readonly code = 'TooLarge'
}

/** A body as text, counted after it was unpacked, as few bytes can unpack to many. Throws TooLargeAnswer. */
export const readBody = async (chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> => {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    // Leaving the loop destroys the stream, and with it the connection.
    if (bytes > maxBytes) throw new TooLargeAnswer(`the answer is larger than ${maxBytes} bytes`)
    parts.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}
