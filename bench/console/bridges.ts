import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { freePort } from '../../node-libvirt/testing/free-port.ts'
import { endGroup, spawnGroup } from '../process-group.ts'

/** A bridge, or the source itself, that clients can connect to. */
export interface Listening extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

/** One of our programs, which prints its port. */
async function startOurs(name: string, args: readonly string[]): Promise<Listening> {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const child = spawnGroup(process.execPath, [...process.execArgv, script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.stdout === null) throw new Error(`${name} has no output to read.`)
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { port: Number(line), pid: child.pid ?? 0, [Symbol.asyncDispose]: () => endGroup(child) }
}

export const startSource = (): Promise<Listening> => startOurs('screen-source.ts', [])

export const startStrataBridge = (sourcePort: number): Promise<Listening> =>
  startOurs('strata-bridge.ts', [String(sourcePort)])

/** noVNC's own bridge. */
export async function startWebsockify(sourcePort: number): Promise<Listening> {
  const port = await freePort()
  const child = spawnGroup('/usr/bin/websockify', [`127.0.0.1:${port}`, `127.0.0.1:${sourcePort}`], { stdio: 'ignore' })
  const ended = once(child, 'exit').then(() => {
    throw new Error('websockify ended early; is the package websockify installed?')
  })
  await Promise.race([untilListening(port), ended])
  ended.catch(() => undefined)
  return { port, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => endGroup(child) }
}

/** It announces its port to nobody: trying is all there is. */
async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' })
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
