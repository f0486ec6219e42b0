import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '@strata/contract/index.ts'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'
import { parseOptions } from '@strata/engine/startup/options.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { LARGEST_MESSAGE_BYTES } from './contract-port.ts'
import type { MessageFromEngine, MessageToEngine } from './engine-messages.ts'
import { serveWindows, type ShellPort } from './engine-server.ts'
import { portPair, type NodePort } from './testing/node-port.ts'

/** The shell's end: what it would send to the process, and what it hears. */
class Shell extends EventEmitter implements ShellPort {
  readonly heard: MessageFromEngine[] = []
  exit: (code: number) => void = () => undefined
  readonly exited = new Promise<number>((resolve) => (this.exit = resolve))

  postMessage(message: MessageFromEngine): void {
    this.heard.push(message)
  }
  send(data: MessageToEngine, ports: NodePort[] = []): void {
    this.emit('message', { data, ports })
  }
}

describe("the engine's process", () => {
  let folder: string
  let shell: Shell

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strata-process-'))
    shell = new Shell()
    serveWindows(shell, (code) => shell.exit(code))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const optionsWith = (hostsJson: string) => parseOptions([], { HOME: folder, STRATA_HOSTS: hostsJson }, 'refuse')
  const away = () =>
    JSON.stringify([
      {
        id: 'away',
        label: 'Away',
        uri: `qemu+unix:///session?socket=${folder}/none`,
        autospawn: false,
      },
    ])

  it('serves a window that came before the engine ran, refuses a bad ticket, and ends in order', async () => {
    const [rpc, engineRpc] = portPair()
    const [consoles, engineConsoles] = portPair()
    shell.send({ type: 'start', options: optionsWith(away()) })
    shell.send({ type: 'window' }, [engineRpc, engineConsoles])

    const link = new RPCLink({ port: rpc.inner, customJsonSerializers: [...typedArraySerializers] })
    rpc.start()
    const client: ContractRouterClient<typeof contract> = createORPCClient(link)
    expect((await client.settings.read()).theme).toBe('system')
    const inventory = await client.hosts.watchInventory()
    expect((await inventory.next()).value).toMatchObject({ type: 'snapshot', hosts: [{ id: 'away' }] })

    const [console, engineConsole] = portPair()
    const refused = once(console, 'message')
    console.start()
    consoles.postMessage({ ticket: 'never-issued' }, [engineConsole])
    expect(((await refused) as [{ data: unknown }])[0].data).toEqual({ error: 'not-found' })

    const closed = once(rpc, 'close')
    shell.send({ type: 'close' })
    expect(await shell.exited).toBe(0)
    expect(shell.heard.map(({ type }) => type)).toEqual(['running', 'finishing'])
    engineRpc.close() // what the end of the process does
    await closed
    consoles.close()
  })

  it('goes on after messages that no window of ours sends, and closes a port that is misused', async () => {
    shell.send({ type: 'start', options: optionsWith(away()) })
    const uncaught: unknown[] = []
    const note = (reason: unknown) => uncaught.push(reason)
    process.on('unhandledRejection', note)
    const json = (value: unknown) => JSON.stringify(value)
    const kept = [
      'garbage',
      '',
      '{}',
      'null',
      '[]',
      json({ i: '1', p: { u: 5 } }),
      json({ i: 1, t: 9 }),
      new ArrayBuffer(3),
    ]
    const closing = [null, undefined, 7, { p: { u: 5 } }, {}, [], 'x'.repeat(LARGEST_MESSAGE_BYTES + 1)]
    for (const message of [...kept, ...closing]) {
      const [rpc, engineRpc] = portPair()
      const [, engineConsoles] = portPair()
      shell.send({ type: 'window' }, [engineRpc, engineConsoles])
      const closed = once(rpc, 'close')
      const link = new RPCLink({ port: rpc.inner, customJsonSerializers: [...typedArraySerializers] })
      rpc.start()
      rpc.postMessage(message)
      if (closing.includes(message as never)) await closed
      else {
        const client: ContractRouterClient<typeof contract> = createORPCClient(link)
        expect((await client.settings.read()).theme).toBe('system')
        rpc.close()
      }
    }
    process.off('unhandledRejection', note)
    expect(uncaught).toEqual([])
    shell.send({ type: 'close' })
    expect(await shell.exited).toBe(0)
  })

  it('says why it cannot start, and exits', async () => {
    shell.send({ type: 'start', options: optionsWith('not json') })
    expect(await shell.exited).toBe(1)
    expect(shell.heard).toEqual([{ type: 'failed', message: 'STRATA_HOSTS is not a list of hosts.' }])
  })
})
