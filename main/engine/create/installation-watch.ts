import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type Domain } from 'node-libvirt'
import type { DomainXml } from 'node-libvirt/xml'

import { pause, systemClock } from '../clock.ts'
import type { EngineParts } from '../engine-parts.ts'
import { changeMachine, inDefinition } from '../definitions/change-machine.ts'
import { changeGround } from '../hosts/change-ground.ts'
import { forEachMachine } from '../hosts/for-each-machine.ts'
import type { Host } from '../hosts/host.ts'
import { noteInstalled } from '../machine-setup/note-installed.ts'
import { explainStart } from '../doctor/explain-start.ts'
import { virsh } from '../definitions/terminal-lines.ts'
import { deletePlaced } from './placing/delete-placed.ts'
import { readPlaced, writePlaced } from '../storage/placed-files.ts'
import { bootedFrom, ejectLive, readBytesRead, withoutInstallation } from './installation-end.ts'

type Parts = Pick<EngineParts, 'hosts' | 'closing' | 'history' | 'folders'>

/** How often, and how long, a guest that has started again is asked what it boots from. */
const lookEveryMs = 2_000
const mostLooks = 150

/**
 * Notices when a system has installed itself, and takes away what was only for that: the medium, the answers, the kernel
 * that was started directly. A machine that has started again is done when it boots from its disk; one whose
 * kernel was started directly stops instead, and is started from its disk. Until `closing`. Only machines that this Strata
 * made are followed: what a definition says of itself is believed for nothing that is done here.
 */
export function watchInstallations(parts: Parts): void {
  parts.hosts.forEach((host, ended) => {
    forEachMachine(host, ended, {
      wants: ({ installation, state }) => installation !== null && state === 'shut-off',
      work: (uuid) => endWhenStopped(parts, host, uuid),
      restarted: {
        wants: ({ installation }) => installation !== null,
        work: (uuid) => endWhenBooted(parts, host, uuid, ended),
      },
      failed: 'the end of an installation could not be followed',
    })
  }, parts.closing)
}

/** The firmware may try the disk, find nothing, and go on to the medium: so it is measured, not assumed. */
async function endWhenBooted(parts: Parts, host: Host, uuid: string, ended: AbortSignal): Promise<void> {
  const asking = <T>(work: (domain: Domain) => Promise<T>) =>
    host.slow(async (connection) => work(await connection.domainLookupByUUID(uuid)))
  const before = await asking(readBytesRead)
  for (let looks = 0; looks < mostLooks; looks += 1) {
    await pause(systemClock, lookEveryMs, ended)
    if (host.inventory.machine(uuid)?.state !== 'running') return
    const source = bootedFrom(before, await asking(readBytesRead))
    if (source === 'disk') return end(parts, host, uuid, 'running')
    if (source === 'media') return
  }
}

/** Only a guest that ended by itself is done: one that was forced off, or crashed, goes on where it was. */
async function endWhenStopped(parts: Parts, host: Host, uuid: string): Promise<void> {
  const machine = host.inventory.machine(uuid)
  if (machine?.installation !== 'automatic' || machine.stateReason !== 'shutdown') return
  await end(parts, host, uuid, 'stopped')
}

async function end(parts: Parts, host: Host, uuid: string, how: 'running' | 'stopped'): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  const { dataDir } = parts.folders
  const machine = { hostId: host.id, uuid }
  const placed = await readPlaced(dataDir, machine)
  if (placed?.installation == null || (how === 'stopped' && placed.installation.runs !== 'automatic')) return
  const { installation } = placed
  let used: ReadonlySet<string> = new Set()
  await changeMachine(changeGround(host, parts.history), uuid, {
    kind: 'installed',
    who: 'strata',
    title: say('create.systemInstalled'),
    notes: [say('create.bootsDiskNowWhat', { name })],
    edit: inDefinition((definition) => {
      used = usedFiles(definition)
      withoutInstallation(definition, installation)
    }),
    ...(how === 'running' && { live: (domain) => ejectLive(domain, installation) }),
    lines: installation.drives.map((drive) => virsh(host.uri, 'change-media', name, drive, '--eject')),
    undoing: { kind: 'none', why: say('create.whatOnlyInstallerNeeded') },
  })
  await host.slow(async (connection) => {
    await noteInstalled(await connection.domainLookupByUUID(uuid), how)
    // What a running guest still holds open is left for when its machine is deleted.
    const gone = placed.files.filter(({ path }) => installation.files.includes(path) && used.has(path))
    const left = how === 'stopped' ? await deletePlaced(host, connection, gone) : gone
    const others = placed.files.filter((each) => !gone.includes(each))
    await writePlaced(dataDir, machine, { files: [...others, ...left], installation: null })
  })
  await host.inventory.reloadMachine(uuid)
  if (how === 'stopped') await startAgain(host, uuid)
}

/** What the definition names by itself: of what was placed, only that is ever taken away. */
function usedFiles({ devices, os }: DomainXml): ReadonlySet<string> {
  const paths = [...devices.disks.map(({ source }) => source.file), os.kernelPath, os.initrdPath]
  return new Set(paths.filter((path) => path !== null))
}

async function startAgain(host: Host, uuid: string): Promise<void> {
  try {
    await host.slow(async (connection) => (await connection.domainLookupByUUID(uuid)).create())
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'operation-invalid') return // somebody was quicker
    throw await explainStart(error, host, host.inventory.requireMachine(uuid))
  }
}
