import { RPCHandler } from '@orpc/server/ws'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'
import { say } from '@strata/contract/words/say.ts'
import { finishJobs } from '@strata/engine/startup/running-jobs.ts'
import { startEngine, type StartedEngine } from '@strata/engine/startup/start-engine.ts'
import type { StartOptions } from '@strata/engine/startup/options.ts'

import type { Port } from './console-port-stream.ts'
import { asSocket } from './contract-port.ts'
import { serveConsoles } from './console-ports.ts'
import type { MessageFromEngine, MessageToEngine } from './engine-messages.ts'

/** The way to the shell. */
export interface ShellPort {
  on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): unknown
  postMessage(message: MessageFromEngine): void
}

/** Starts the engine when the shell says how, and serves each window that the shell sends ports for. */
export function serveWindows(shell: ShellPort, exit: (code: number) => void): void {
  let started: Promise<StartedEngine> | null = null

  shell.on('message', ({ data, ports }) => {
    const message = data as MessageToEngine // the shell's own process: the same program
    switch (message.type) {
      case 'start':
        started = start(shell, message.options)
        started.catch(() => exit(1)) // told to the shell already
        return
      case 'window':
        // That it could not start is told to the shell already.
        void started?.then(
          (engine) => serveWindow(engine, ports),
          () => undefined,
        )
        return
      case 'close':
        void close(shell, started).then(exit)
        return
    }
  })
}

async function start(shell: ShellPort, options: StartOptions): Promise<StartedEngine> {
  try {
    const engine = await startEngine(options, (wanted) => {
      shell.postMessage({ type: 'wish', wish: wanted })
      return Promise.resolve('Strata is open: its window is brought to the front.')
    })
    if (process.getuid?.() === 0)
      engine.notices.add({ path: null, setAsidePath: null, sentence: say('startup.electronRunsAsRoot') })
    shell.postMessage({ type: 'running' })
    return engine
  } catch (error) {
    shell.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

/** A window brings two ports: one for the contract, one on which it opens consoles. */
function serveWindow({ engine, log }: StartedEngine, [rpc, consoles]: Port[]): void {
  if (rpc === undefined || consoles === undefined) return
  const socket = asSocket(rpc, (what) => log.warn({ what }, 'a page sent what no window of ours sends'))
  const handler = new RPCHandler(engine.router, { customJsonSerializers: [...typedArraySerializers] })
  // Typed by the library as its own WebSocket; of that it uses just these.
  void handler.upgrade(socket as Parameters<typeof handler.upgrade>[0])
  rpc.start()
  serveConsoles(consoles, (ticket, channel) => engine.connectConsole(ticket, channel))
}

/** @returns the exit code */
async function close(shell: ShellPort, started: Promise<StartedEngine> | null): Promise<number> {
  const running = await started?.catch(() => null)
  if (running === null || running === undefined) return 1
  await finishJobs(running.engine, (jobs) =>
    shell.postMessage({ type: 'finishing', titles: jobs.map((job) => job.title.english) }),
  )
  shell.postMessage({ type: 'finishing', titles: [] })
  await running.close()
  return 0
}
