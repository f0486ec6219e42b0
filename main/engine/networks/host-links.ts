import { basename, join } from 'node:path'

import { orNull } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'

/** A bridge that somebody set up on the host. */
export interface HostBridge {
  readonly name: string
  /** The real cards that are joined to it: through them its machines reach the LAN. */
  readonly cards: readonly string[]
}

/** A real network card of the host. */
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

const classFolder = '/sys/class/net'
const mostLinks = 10_000

type LinkFiles = Pick<HostFiles, 'list' | 'readText' | 'realpath'>

/** Network links as the kernel shows them in sysfs; none where there is no sysfs. */
export async function readHostLinks(files: LinkFiles): Promise<HostLinks> {
  const names = await namesIn(files, classFolder)
  const links = await Promise.all(names.map((name) => readLink(files, name)))
  const cards = links.flatMap(({ card }) => card ?? [])
  const isCard = new Set(cards.map(({ name }) => name))
  return {
    bridges: links.flatMap(({ bridge }) =>
      bridge === null ? [] : [{ ...bridge, cards: bridge.cards.filter((name) => isCard.has(name)) }],
    ),
    cards,
  }
}

async function readLink(files: LinkFiles, name: string): Promise<{ bridge: HostBridge | null; card: HostCard | null }> {
  const folder = join(classFolder, name)
  const entries = new Set(await namesIn(files, folder))
  if (entries.has('bridge')) return { bridge: { name, cards: await namesIn(files, join(folder, 'brif')) }, card: null }
  // Only what hangs on a bus of the computer has a device; tunnels, taps and veth pairs have none.
  if (!entries.has('device')) return { bridge: null, card: null }
  return {
    bridge: null,
    card: {
      name,
      isWireless: entries.has('wireless') || entries.has('phy80211'),
      joinedTo: entries.has('master') ? await linkTarget(files, join(folder, 'master')) : null,
      isUp: (await textOf(files, join(folder, 'operstate'))).trim() === 'up',
    },
  }
}

/** Links come and go while we look, and other systems have no such folder: then there is nothing of the name. */
async function namesIn(files: LinkFiles, folder: string): Promise<string[]> {
  return ((await orNull(files.list(folder, mostLinks))) ?? []).map(({ name }) => name)
}

const textOf = async (files: LinkFiles, path: string) => (await orNull(files.readText(path))) ?? ''

async function linkTarget(files: LinkFiles, path: string): Promise<string | null> {
  const target = await orNull(files.realpath(path))
  return target === null ? null : basename(target)
}
