import type { NewMachine } from '@strata/contract/create.ts'
import type { Domain } from 'node-libvirt'

import { pause, systemClock, type Clock } from '../clock.ts'
import { keysHeldMs } from '../console/keys-held.ts'
import { readBytesRead } from './installation-end.ts'
import type { PlaceContext } from './placing/placement.ts'

/**
 * Enter, as Linux numbers keys. It answers “Press any key to boot from CD”, and does no harm where it comes too early or
 * too late: to OVMF it means to go on with the start, SeaBIOS does not know it, and Windows' boot manager takes it for the
 * entry that it would start anyway. Space would hold that boot manager at its menu, and Escape leads into the firmware's.
 */
const enterKey = 28

const pressEveryMs = 1_000

/**
 * More than a firmware and the code that asks read together: the image that UEFI boots is a floppy's size. What Windows
 * loads next, before it asks anything, is hundreds of megabytes.
 */
const bootedBytes = 4 * 1024 ** 2

/** How long a firmware may take until its medium asks, and how long that waits: five seconds. UEFI looks around for longer. */
export function pressForMs({ firmware, accelerator }: Pick<NewMachine, 'firmware' | 'accelerator'>): number {
  const onProcessorMs = firmware === 'bios' ? 15_000 : 25_000
  return accelerator === 'kvm' ? onProcessorMs : 3 * onProcessorMs
}

/** Starts what waits for a key on the medium. A key that is not taken costs a restart by hand, and not the machine. */
export async function pressKeyForMedium({ parts, host, wanted, machine, job }: PlaceContext): Promise<void> {
  const asking = <T>(work: (domain: Domain) => Promise<T>) =>
    host.slow(async (connection) => work(await connection.domainLookupByUUID(machine.uuid)))
  const guest = {
    press: () => asking((domain) => domain.sendKey([enterKey], { holdMs: keysHeldMs })),
    mediaBytesRead: async () => (await asking(readBytesRead)).media,
  }
  try {
    await pressUntilBooted(guest, { forMs: pressForMs(wanted), clock: systemClock, signal: job.signal })
  } catch (error) {
    job.signal.throwIfAborted()
    parts.log.warn({ err: error, uuid: machine.uuid }, 'the key that the medium waits for could not be pressed')
  }
}

/** A guest's keyboard, and what it has read from its media. */
interface BootingGuest {
  press(): Promise<void>
  mediaBytesRead(): Promise<number>
}

/**
 * Presses a key each second until the guest evidently boots from its medium, and no longer than said: later it would
 * answer questions that are for the user. @throws when the guest cannot be asked (any more), or the signal's reason
 */
export async function pressUntilBooted(
  guest: BootingGuest,
  { forMs, clock, signal }: { forMs: number; clock: Clock; signal: AbortSignal },
): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += pressEveryMs) {
    await pause(clock, pressEveryMs, signal)
    if ((await guest.mediaBytesRead()) > bootedBytes) return
    await guest.press()
  }
}
