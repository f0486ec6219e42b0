import { once } from 'node:events'

import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { os, type RouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'
import { describe, expect, it } from 'vitest'

import { PortHandOver } from './port-hand-over.ts'
import { portPair, type NodePort } from './testing/node-port.ts'

const router = { load: os.handler(() => new Float32Array([0.5, Number.NaN])) }
const serializers = { customJsonSerializers: [...typedArraySerializers] }

function handOver() {
  const engine = { runs: true, ports: [] as NodePort[] }
  const hand = new PortHandOver<NodePort>({
    createChannel: () => {
      const [port1, port2] = portPair()
      return { port1, port2 }
    },
    connectEngine: (ports) => {
      if (!engine.runs) return false
      engine.ports = ports
      const [rpc] = ports
      if (rpc !== undefined) new RPCHandler(router, serializers).upgrade(rpc)
      rpc?.start()
      return true
    },
  })
  return { engine, hand }
}

class Document {
  gone = false
  ports: NodePort[] = []
  isGone() {
    return this.gone
  }
  receive(ports: NodePort[]) {
    this.ports = ports
  }
  closePorts() {
    for (const port of this.ports) port.close()
  }
}

const clientOn = ([rpc]: NodePort[]) => {
  const port = rpc?.inner ?? expect.fail('no port was handed over')
  port.start()
  return createORPCClient<RouterClient<typeof router>>(new RPCLink({ port, ...serializers }))
}

describe('a document that asks for its ports', () => {
  it('speaks the contract with the engine, columns of numbers included', async () => {
    const { hand } = handOver()
    const document = new Document()
    hand.ask(document)
    expect(document.ports).toHaveLength(3)
    expect(await clientOn(document.ports).load()).toEqual(new Float32Array([0.5, Number.NaN]))
    document.closePorts()
  })

  it('gets new ports after a reload, and the menu speaks to the new document', async () => {
    const { hand } = handOver()
    const [first, second] = [new Document(), new Document()]
    hand.ask(first)
    const menuClosed = once(first.ports[2] ?? expect.fail(), 'close')
    hand.ask(second)
    expect(second.ports.every((port) => !first.ports.includes(port))).toBe(true)
    await menuClosed
    const heard = once(second.ports[2] ?? expect.fail(), 'message')
    second.ports[2]?.start()
    hand.menu?.postMessage({ go: '/new' })
    expect(((await heard) as [{ data: unknown }])[0].data).toEqual({ go: '/new' })
    expect(await clientOn(second.ports).load()).toHaveLength(2)
    first.closePorts()
    second.closePorts()
  })

  it('waits while no engine runs, and is answered when one does', () => {
    const { engine, hand } = handOver()
    engine.runs = false
    const document = new Document()
    hand.ask(document)
    expect(document.ports).toEqual([])
    engine.runs = true
    hand.engineStarted()
    expect(document.ports).toHaveLength(3)
    document.closePorts()
  })

  it('is forgotten when it was gone before the engine ran', () => {
    const { engine, hand } = handOver()
    engine.runs = false
    const document = new Document()
    hand.ask(document)
    document.gone = true
    engine.runs = true
    hand.engineStarted()
    expect(engine.ports).toEqual([])
  })

  it('notices when the engine dies', async () => {
    const { engine, hand } = handOver()
    const document = new Document()
    hand.ask(document)
    const closed = once(document.ports[0] ?? expect.fail(), 'close')
    for (const port of engine.ports) port.close()
    await closed
    document.closePorts()
  })
})
