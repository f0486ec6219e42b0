import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'
import { shallowRef } from 'vue'

/** 'connecting' is only the first attempt. 'ended': this window's session is over, no attempt can bring it back. */
export type EngineState = 'connecting' | 'open' | 'lost' | 'ended'
export const engineState = shallowRef<EngineState>('connecting')
/** When the next attempt is made; null while one is under way, or where the shell makes it. */
export const nextAttemptAtMs = shallowRef<number | null>(null)

/** A call that could not be made, or was cut, because the engine's line is gone. */
export class EngineLostError extends Error {
  override readonly name = 'EngineLostError'
}

/** One line to the engine: it lives from its opening to its end and is never opened again. */
export interface EngineLine {
  readonly link: ClientLink<ClientContext>
  /** Rejects when the line never opened; null: it is open from the beginning. */
  readonly opened: Promise<void> | null
  readonly closed: Promise<void>
}

const options = { customJsonSerializers: [...typedArraySerializers] }

/** @param protocols what the server wants to be shown */
export function openSocketLine(url: string, protocols: string[]): EngineLine {
  const socket = new WebSocket(url, protocols)
  socket.binaryType = 'arraybuffer'
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => {
      resolve()
    })
  })
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve()
    })
    void closed.then(() => {
      reject(new EngineLostError('The connection to Strata’s engine could not be opened.'))
    })
  })
  return { link: new SocketLink({ websocket: socket, ...options }), opened, closed }
}

export function openPortLine(port: MessagePort): EngineLine {
  const link = new PortLink({ port, ...options })
  const closed = new Promise<void>((resolve) => {
    port.addEventListener('close', () => {
      resolve()
    })
  })
  port.start()
  return { link, opened: null, closed }
}

let current: EngineLine | null = null

interface Wait {
  readonly line: Promise<EngineLine>
  readonly resolve: (line: EngineLine) => void
}

function newWait(): Wait {
  let resolve: Wait['resolve'] = () => undefined
  const line = new Promise<EngineLine>((settle) => (resolve = settle))
  return { line, resolve }
}

let waiting = newWait()

/** The open line. Waits for the first one; once a line was lost, refuses until the next one is open. */
export function openLine(): Promise<EngineLine> {
  if (current !== null) return Promise.resolve(current)
  if (engineState.value === 'connecting') return waiting.line
  return Promise.reject(new EngineLostError('The connection to Strata’s engine is lost.'))
}

/** Settles at once when a line is open, else with the next one. */
export async function whenEngineOpen(): Promise<void> {
  if (current === null) await waiting.line
}

/** Makes a line the current one for as long as it lives; returns when it is over. */
export async function useLine(line: EngineLine): Promise<void> {
  if (line.opened !== null) await line.opened
  current = line
  engineState.value = 'open'
  nextAttemptAtMs.value = null
  waiting.resolve(line)
  await line.closed
  // A newer line may have taken its place already: an Electron shell hands over a new port after a restart.
  if (current !== line) return
  current = null
  waiting = newWait()
  engineState.value = 'lost'
}
