import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Display extends AsyncDisposable {
  /** For the environment variable DISPLAY. */
  readonly name: string
}

/** A screen in memory, the same for both sides: neither draws with a graphics card. */
export async function startDisplay(): Promise<Display> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const numberPipe = server.stdio[3]
  if (!numberPipe) throw new Error('Xvfb has no pipe to tell its number on.')
  const [number] = (await once(numberPipe, 'data')) as [Buffer]
  return {
    name: `:${number.toString().trim()}`,
    async [Symbol.asyncDispose]() {
      const exited = once(server, 'exit')
      server.kill()
      await exited
    },
  }
}
