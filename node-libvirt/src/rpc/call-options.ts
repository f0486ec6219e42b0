import { ConnectionError } from '../errors.ts'

/** What any call can be given. libvirt cannot abort a call: it may still take effect, only its answer is discarded. */
export interface CallOptions {
  /** Rejects the call with the signal's reason. */
  signal?: AbortSignal | undefined
  /** Rejects the call with a ConnectionError 'timeout' when there is no answer within this time. */
  timeoutMs?: number | undefined
}

/** Calls `give up` once when the signal or the clock says so; the answer takes both watches away. */
export function watchOptions(what: string, options: CallOptions, giveUp: (error: unknown) => void): () => void {
  const { signal, timeoutMs } = options
  const onAbort = () => giveUp(signal?.reason)
  const onTimeout = () => giveUp(new ConnectionError('timeout', `${what}: no answer within ${timeoutMs} ms`))
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
  return () => {
    signal?.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
}
