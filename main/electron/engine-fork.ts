import { utilityProcess, type MessagePortMain } from 'electron'

import type { StartOptions } from '@strata/engine/startup/options.ts'

import type { MessageFromEngine } from './engine-messages.ts'
import type { EngineChild } from './engine-supervisor.ts'

/** Starts the engine in a process of its own, so that a busy engine never holds a window up. */
export function forkEngine(enginePath: string, options: StartOptions): EngineChild<MessagePortMain> {
  const child = utilityProcess.fork(enginePath, [], { serviceName: 'Strata engine' })
  child.postMessage({ type: 'start', options })
  return {
    postMessage: (message, ports) => child.postMessage(message, ports),
    onMessage: (listener) => child.on('message', (message: MessageFromEngine) => listener(message)),
    onExit: (listener) => child.once('exit', listener),
    kill: () => child.kill(),
  }
}
