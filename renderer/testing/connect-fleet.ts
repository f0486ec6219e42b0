import { RPCHandler } from '@orpc/server/message-port'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'

import { openPortLine, useLine } from '../engine-link.ts'
import type { FleetEngine } from './fleet-engine.ts'

/** Gives the window's `api` a line to a fleet engine, over a real MessageChannel; returns the way to cut it. */
export function connectFleet(engine: FleetEngine): () => void {
  const { port1, port2 } = new MessageChannel()
  new RPCHandler(engine.router, { customJsonSerializers: [...typedArraySerializers] }).upgrade(port1)
  port1.start()
  void useLine(openPortLine(port2))
  return () => {
    port1.close()
  }
}
