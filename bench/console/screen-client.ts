import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const HEADER_END = Buffer.from('\r\n\r\n')

/** Who looks at screens: the least WebSocket client, or a plain one for what a bridge is compared with. */
export class ScreenClient {
  readonly #socket: Socket
  readonly #isWebSocket: boolean
  #wanted = 0
  #onEnough: () => void = () => undefined
  /** Of the WebSocket's present frame. */
  #frameLeft = 0
  #header = Buffer.alloc(0)

  private constructor(socket: Socket, isWebSocket: boolean) {
    this.#socket = socket
    this.#isWebSocket = isWebSocket
    socket.on('data', (data) => this.#receive(data))
  }

  static async open(port: number, kind: 'websocket' | 'plain'): Promise<ScreenClient> {
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    socket.setNoDelay(true)
    if (kind === 'websocket') await shakeHands(socket, port)
    return new ScreenClient(socket, kind === 'websocket')
  }

  /** Has the source send so many bytes, and takes them. */
  async take(bytes: number): Promise<void> {
    const order = Buffer.alloc(9, 'S')
    order.writeBigUInt64BE(BigInt(bytes), 1)
    this.#send(order)
    await this.#receives(bytes)
  }

  /** Has the source send back what follows. */
  async startEcho(): Promise<void> {
    this.#send(Buffer.from('E........'))
    await this.echo(Buffer.from('first'))
  }

  async echo(bytes: Buffer): Promise<void> {
    this.#send(bytes)
    await this.#receives(bytes.length)
  }

  close(): void {
    this.#socket.destroy()
  }

  #receives(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted = bytes
      this.#onEnough = resolve
    })
  }

  /** Masked with zeros, as a client's frames must be masked. */
  #send(bytes: Buffer): void {
    if (this.#isWebSocket)
      this.#socket.write(Buffer.concat([Buffer.from([0x82, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]))
    else this.#socket.write(bytes)
  }

  #receive(data: Buffer): void {
    this.#wanted -= this.#isWebSocket ? this.#payloadBytes(data) : data.length
    if (this.#wanted === 0) this.#onEnough()
  }

  /** How much of what has come is the screen's, and not the WebSocket's own. */
  #payloadBytes(data: Buffer): number {
    let payload = 0
    let at = 0
    while (at < data.length) {
      if (this.#frameLeft === 0) {
        this.#header = Buffer.concat([this.#header, data.subarray(at, at + 1)])
        at += 1
        const length = frameLength(this.#header)
        if (length === null) continue
        this.#frameLeft = length
        this.#header = Buffer.alloc(0)
        continue
      }
      const size = Math.min(this.#frameLeft, data.length - at)
      this.#frameLeft -= size
      payload += size
      at += size
    }
    return payload
  }
}

/** Of a frame whose header is whole; null before that. */
function frameLength(header: Buffer): number | null {
  const short = (header[1] ?? 0) & 0x7f
  const headerBytes = short === 126 ? 4 : short === 127 ? 10 : 2
  if (header.length < 2 || header.length < headerBytes) return null
  if (short === 126) return header.readUInt16BE(2)
  return short === 127 ? Number(header.readBigUInt64BE(2)) : short
}

async function shakeHands(socket: Socket, port: number): Promise<void> {
  socket.write(
    [
      'GET / HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: binary',
      '\r\n',
    ].join('\r\n'),
  )
  let answer = Buffer.alloc(0)
  while (!answer.includes(HEADER_END)) answer = Buffer.concat([answer, ((await once(socket, 'data')) as [Buffer])[0]])
  if (!answer.subarray(0, 12).toString().endsWith('101')) throw new Error(`No WebSocket: ${answer.toString('latin1')}`)
}
