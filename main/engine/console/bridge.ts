import { finished, type Duplex } from 'node:stream'
import { promisify } from 'node:util'

import type { ScreenSocket } from './screen-socket.ts'

const whenFinished = promisify(finished)

/**
 * Carries bytes between a client's channel and a guest's screen until either side goes; then both are closed.
 * One side is not read while the other cannot take more, so nothing piles up here in either direction.
 *
 * How it ends is part of the protocol: a channel that is *ended* is closed by its shell as in good order, a channel
 * that is *destroyed* with an error is a failure that the screen reports. A guest that was switched off, or whose
 * QEMU is killed, is in good order, whatever its socket says of it: the client's way back is to ask for a new ticket.
 */
export async function bridge(channel: Duplex, screen: ScreenSocket): Promise<void> {
  const guest = screen.socket
  channel.pipe(guest)
  screen.pumpInto(channel)
  const guestGone = whenFinished(guest, { writable: false }).catch(() => undefined) // a reset counts as an end, see above
  const channelGone = whenFinished(channel, { writable: false }).catch(() => undefined) // the window went: nobody to tell
  await Promise.race([guestGone, channelGone])
  await Promise.all([closeInOrder(channel), closeInOrder(guest)])
}

const flushMs = 2_000

/** Lets the last bytes out; a side that does not take them in time is cut off. */
async function closeInOrder(side: Duplex): Promise<void> {
  if (side.destroyed) return
  const cut = setTimeout(() => side.destroy(), flushMs)
  side.on('error', () => undefined) // after the end a side may still complain, to nobody's use
  side.resume()
  side.end()
  await whenFinished(side, { readable: false }).catch(() => undefined) // gone is what was wanted
  clearTimeout(cut)
  side.destroy()
}
