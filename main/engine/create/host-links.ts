import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { systemCodeOf } from '../strata-error.ts'

/** A bridge that somebody set up on this computer. */
export interface HostBridge {
  readonly name: string
  /** The real cards that are joined to it: through them its machines reach the LAN. */
  readonly cards: readonly string[]
}

/** A real network card of this computer. */
export interface HostCard {
  readonly name: string
  readonly isWireless: boolean
  /** The bridge or bond that has it; null: it is on its own. */
  readonly joinedTo: string | null
  /** Whether its cable is in, or its radio connected. */
  readonly isUp: boolean
}

export interface HostLinks {
  readonly bridges: readonly HostBridge[]
  readonly cards: readonly HostCard[]
}

export const noLinks: HostLinks = { bridges: [], cards: [] }

/** Network links as the kernel shows them in sysfs; none where there is no sysfs. */
export async function readHostLinks(classFolder = '/sys/class/net'): Promise<HostLinks> {
  const names = await namesIn(classFolder)
  const links = await Promise.all(names.map((name) => readLink(classFolder, name)))
  const cards = links.flatMap(({ card }) => card ?? [])
  const isCard = new Set(cards.map(({ name }) => name))
  return {
    bridges: links.flatMap(({ bridge }) =>
      bridge === null ? [] : [{ ...bridge, cards: bridge.cards.filter((name) => isCard.has(name)) }],
    ),
    cards,
  }
}

async function readLink(
  classFolder: string,
  name: string,
): Promise<{ bridge: HostBridge | null; card: HostCard | null }> {
  const folder = join(classFolder, name)
  const entries = new Set(await namesIn(folder))
  if (entries.has('bridge')) return { bridge: { name, cards: await namesIn(join(folder, 'brif')) }, card: null }
  // Only what hangs on a bus of the computer has a device; tunnels, taps and veth pairs have none.
  if (!entries.has('device')) return { bridge: null, card: null }
  return {
    bridge: null,
    card: {
      name,
      isWireless: entries.has('wireless') || entries.has('phy80211'),
      joinedTo: entries.has('master') ? await linkTarget(join(folder, 'master')) : null,
      isUp: (await textOf(join(folder, 'operstate'))).trim() === 'up',
    },
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return orNone(readdir(folder), [])
}

const textOf = (path: string) => orNone(readFile(path, 'utf8'), '')

const linkTarget = (path: string) =>
  orNone<string | null>(
    readlink(path).then((target) => basename(target)),
    null,
  )

/** Links come and go while we look, and other systems have no such folder. */
async function orNone<T>(reading: Promise<T>, none: T): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return none
  }
}
