import { ConnectionError } from '../errors.ts'
import type { XdrReader } from '../xdr/reader.ts'
import { watchOptions, type CallOptions } from './call-options.ts'

/** A call that waits for its answer. */
export interface WaitingCall {
  readonly name: string
  readonly program: number
  readonly number: number
  readonly read: (reader: XdrReader) => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  /** Takes its watches on signal and clock away. */
  stopWatching: (() => void) | null
}

/** Calls in flight by their serial. */
export class WaitingCalls {
  readonly #waiting = new Map<number, WaitingCall>()
  /** Serials whose caller has given up; their reply is dropped when it comes. */
  readonly #abandoned = new Set<number>()
  #lastSerial = 0

  /** Serials start at 1, wrap after 32 bits, and are never 0 nor one that is still in use. */
  nextSerial(isStream: (serial: number) => boolean): number {
    let serial = this.#lastSerial
    do serial = serial === 0xffff_ffff ? 1 : serial + 1
    while (this.#waiting.has(serial) || this.#abandoned.has(serial) || isStream(serial))
    this.#lastSerial = serial
    return serial
  }

  add(serial: number, call: WaitingCall, options: CallOptions | undefined): void {
    this.#waiting.set(serial, call)
    if (options?.signal === undefined && options?.timeoutMs === undefined) return
    call.stopWatching = watchOptions(call.name, options, (error) => {
      this.#waiting.delete(serial)
      this.#abandoned.add(serial)
      call.stopWatching?.()
      call.reject(error)
    })
  }

  /** The call that a reply belongs to, no longer waiting; null when its caller has given up, undefined when there is none. */
  take(serial: number): WaitingCall | null | undefined {
    const call = this.#waiting.get(serial)
    if (call === undefined) return this.#abandoned.delete(serial) ? null : undefined
    this.#waiting.delete(serial)
    call.stopWatching?.()
    return call
  }

  /** Rejects all that wait, each with an error of its own. */
  rejectAll(end: ConnectionError): void {
    const calls = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#abandoned.clear()
    for (const call of calls) {
      call.stopWatching?.()
      call.reject(endedCall(call.name, end))
    }
  }
}

/** What a call is told when the session has ended. */
export function endedCall(name: string, end: ConnectionError): ConnectionError {
  return new ConnectionError(end.reason, `${name}: ${end.message}`, { cause: end.cause ?? end })
}
