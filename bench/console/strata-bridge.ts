import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { bridge } from '@strata/engine/console/bridge.ts'
import { ScreenSocket } from '@strata/engine/console/screen-socket.ts'
import { WebSocketServer } from 'ws'

import { serveConsole } from '../../main/web/console-socket.ts'

/**
 * A process with the web shell's whole way of a console, from the WebSocket to the screen's socket; only the ticket is
 * left out. `strata-bridge.ts PORT` leads every client to that port, and prints its own.
 */
const source = { host: '127.0.0.1', port: Number(process.argv[2]) }
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false })
const server = createServer().on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (client) => {
    void serveConsole(client, async (channel) => {
      const screen = new ScreenSocket(source)
      await once(screen.socket, 'connect')
      await bridge(channel, screen)
    })
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
