import type RFB from '@novnc/novnc'
import { type StrataErrorCode, strataErrorCodes } from '@strata/contract/errors.ts'
import type { MachineRef } from '@strata/contract/references.ts'

import { api } from '../../api.ts'
import { openConsoleChannel, type RawChannel } from '../../console-channel.ts'
import type { ScreenLink, ScreenLinkEvents } from './console-session.ts'

/** The guest's screen in the page: a link that also takes keys and gives pictures. */
export interface ConsoleScreen extends ScreenLink {
  readonly rfb: RFB
}

/** The shell closed the channel with a reason: the guest's screen could not be reached. */
export class ConsoleRefusedError extends Error {
  override readonly name = 'ConsoleRefusedError'
  constructor(readonly code: StrataErrorCode) {
    super(`The console was refused: ${code}`)
  }
}

const NORMAL_CLOSE = 1000
const REFUSED_CLOSE = 4000
const codeOf = (reason: string): StrataErrorCode =>
  strataErrorCodes.find((code) => code === reason) ?? 'connection-lost'

/**
 * Opens the guest's screen inside `target`. noVNC is loaded on first use: it is large, and most pages need no console.
 * Resolves when the channel is there; the guest's first picture is told by `onConnected`.
 */
export async function openScreen(
  ref: MachineRef,
  target: HTMLElement,
  events: ScreenLinkEvents,
  signal: AbortSignal,
): Promise<ConsoleScreen> {
  const [{ default: Screen }, opened] = await Promise.all([
    import('@novnc/novnc'),
    api.console.open({ hostId: ref.hostId, uuid: ref.uuid }, { signal }),
  ])
  const channel = await openConsoleChannel(opened.ticket)
  if (signal.aborted) {
    channel.close(NORMAL_CLOSE)
    signal.throwIfAborted()
  }
  const rfb = new Screen(target, closingNormally(channel), {
    // Asked for alone: only then the guest's screen may be resized. One window has the console.
    shared: false,
    ...(opened.password === null ? {} : { credentials: { password: opened.password } }),
  })
  const refusal = refusalOf(channel)
  let isOver = false
  rfb.background = 'transparent'
  rfb.addEventListener('connect', () => {
    events.onConnected()
  })
  rfb.addEventListener('disconnect', () => {
    isOver = true
    events.onLost(refusal.code === null ? null : new ConsoleRefusedError(refusal.code))
  })
  return {
    rfb,
    close: () => {
      if (!isOver) rfb.disconnect()
      isOver = true
    },
  }
}

/** noVNC closes without a code, which the other end would take for an accident. */
function closingNormally(channel: RawChannel): RawChannel {
  const close = channel.close.bind(channel)
  channel.close = () => {
    // A browser complains of a socket that is closed before it is open.
    if (channel.readyState === WebSocket.CONNECTING)
      channel.onopen = () => {
        close(NORMAL_CLOSE)
      }
    else close(NORMAL_CLOSE)
  }
  return channel
}

interface CloseReason {
  readonly code: number
  readonly reason: string
}

/** Remembers why the shell closed the channel; noVNC only tells that it was closed. */
function refusalOf(channel: RawChannel): { readonly code: StrataErrorCode | null } {
  const refusal: { code: StrataErrorCode | null } = { code: null }
  const onClose = channel.onclose
  channel.onclose = (event: CloseReason) => {
    if (event.code === REFUSED_CLOSE) refusal.code = codeOf(event.reason)
    onClose?.(event)
  }
  return refusal
}
