import type { AnyRouter } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'

import { openPortLine, useLine } from '../engine-link.ts'

/** Gives the window's `api` a line to an engine, over a real MessageChannel; returns the way to cut it. */
export function connectFleet(engine: { readonly router: AnyRouter }): () => void {
  const { port1, port2 } = new MessageChannel()
  new RPCHandler(engine.router, { customJsonSerializers: [...typedArraySerializers] }).upgrade(port1)
  port1.start()
  void useLine(openPortLine(port2))
  return () => {
    port1.close()
  }
}
