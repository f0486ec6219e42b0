import { createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * What stands behind a bridge in place of a guest's screen: `screen-source.ts` prints its port. A client's first nine
 * bytes say what it wants: 'S' and a count of bytes to be sent, or 'E' and anything to have all that follows sent back.
 */
const PIECE = Buffer.alloc(65_536, 0x5a)
const ORDER_BYTES = 9

function serve(socket: Socket): void {
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy()) // the client has gone
  let order = Buffer.alloc(0)
  const onOrder = (bytes: Buffer) => {
    order = Buffer.concat([order, bytes])
    if (order.length < ORDER_BYTES) return
    socket.off('data', onOrder)
    if (order[0] === 0x45) {
      socket.write(order.subarray(ORDER_BYTES))
      socket.on('data', (data) => socket.write(data))
    } else sendTo(socket, Number(order.readBigUInt64BE(1)))
  }
  socket.on('data', onOrder)
}

function sendTo(socket: Socket, bytes: number): void {
  let left = bytes
  const pump = () => {
    while (left > 0) {
      const size = Math.min(left, PIECE.length)
      left -= size
      if (!socket.write(PIECE.subarray(0, size))) return
    }
  }
  socket.resume()
  socket.on('drain', pump)
  pump()
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
