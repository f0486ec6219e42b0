import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { canonicalPath } from '../../hosts/place/files-of.ts'
import { stops } from '../causes.ts'
import type { HostFiles } from '../../hosts/place/host-files.ts'
import type { Examined } from '../examined.ts'
import { knownDevice } from '../../definitions/machine-files.ts'

interface Use {
  readonly path: string
  readonly writes: boolean
  readonly isShareable: boolean
}

/** No other machine and no other program has the files open in a way that QEMU's locks forbid. */
export async function checkImageUse(examined: Examined): Promise<Cause[]> {
  const { machine, isActive, host } = examined
  if (isActive) return []
  const running = await examined.others()
  const theirs = await Promise.all(
    running.map(async (other) => ({ other, uses: await canonical(examined, usesOf(other.definition)) })),
  )
  const causes: Cause[] = []
  for (const { chain, targetDev, isReadOnly, disk, source } of await examined.images()) {
    const links = chain.length === 0 && source.startsWith('/') ? [{ path: source }] : chain
    const own = links.map(({ path }, at) => ({ path, writes: at === 0 && !isReadOnly, isShareable: disk.isShareable }))
    const uses = await canonical(examined, own)
    const holder = theirs.find((each) => each.uses.some((use) => uses.some((one) => isConflict(one, use))))?.other
    const detach = machineRepairs.detachDisk(machine, targetDev, source)
    if (holder !== undefined) {
      causes.push(
        stops('disk-in-use', {
          sentence: say('doctor.diskUseRunningTwo', { targetDev, source, machine: holder.machine.name }),
          repairs: [repairs.forceOff(holder.machine), detach],
        }),
      )
      continue
    }
    const [top] = uses
    const program = examined.files !== null && top?.writes === true ? await lockHolder(examined.files, top.path) : null
    if (program === null) continue
    causes.push(
      stops('disk-in-use', {
        sentence: say('doctor.diskUseEndOr', { targetDev, source, program, host: host.label }),
        proof: say('doctor.qemusLockImageHeld'),
        repairs: [detach],
      }),
    )
  }
  return causes
}

function isConflict(one: Use, other: Use): boolean {
  return one.path === other.path && (one.writes || other.writes) && !(one.isShareable && other.isShareable)
}

/** As a running machine has them: the images below its disks included. */
function usesOf({ devices }: DomainXml): Use[] {
  return devices.disks.flatMap((disk) => {
    const isReadOnly = disk.isReadOnly || knownDevice(disk.device) === 'cdrom'
    const top = { path: disk.source.file ?? disk.source.device, writes: !isReadOnly }
    const below = disk.backingChain.map(({ source }) => ({ path: source.file ?? source.device, writes: false }))
    return [top, ...below].flatMap(({ path, writes }) =>
      path === null ? [] : [{ path, writes, isShareable: disk.isShareable }],
    )
  })
}

const canonical = ({ host }: Examined, uses: readonly Use[]): Promise<Use[]> =>
  Promise.all(uses.map(async (use) => ({ ...use, path: await canonicalPath(host, use.path) })))

const mostProcesses = 100_000

/** The bytes on which QEMU says that it writes, and that nobody else may. @see QEMU's block/file-posix.c */
const writingBytes = [101, 201]

/** Who holds QEMU's own lock on a file; null: nobody. */
async function lockHolder(files: HostFiles, path: string): Promise<Said | null> {
  const [found, table] = await Promise.all([
    files.stat(path).catch(() => null),
    files.readText('/proc/locks').catch(() => ''),
  ])
  if (found?.identity == null || !isLocked(table, found.identity.inode)) return null
  return programWith(files, path)
}

/** @param table of the kernel's locks: '1: OFDLCK ADVISORY READ -1 08:01:12345 100 101' */
export function isLocked(table: string, inode: string): boolean {
  return table.split('\n').some((line) => {
    const [, kind, , , , file = '', first, last] = line.trim().split(/\s+/)
    if (kind !== 'OFDLCK' || file.split(':')[2] !== inode) return false
    const end = last === 'EOF' ? Number.POSITIVE_INFINITY : Number(last)
    return writingBytes.some((byte) => Number(first) <= byte && byte <= end)
  })
}

/** The inode alone may be another file system's: only a process that has this very file open proves it. */
async function programWith(files: HostFiles, path: string): Promise<Said | null> {
  const names = async (folder: string) =>
    (await files.list(folder, mostProcesses).catch(() => [])).map(({ name }) => name) // ended, or another user's
  for (const pid of (await names('/proc')).filter((name) => /^\d+$/.test(name))) {
    // Strata itself reads headers, which locks nobody out.
    if (files.sharesPaths && Number(pid) === process.pid) continue
    for (const fd of await names(`/proc/${pid}/fd`)) {
      if ((await files.realpath(`/proc/${pid}/fd/${fd}`).catch(() => null)) !== path) continue
      const name = await files.readText(`/proc/${pid}/comm`).catch(() => '')
      return say('doctor.process', { trim: name.trim(), pid })
    }
  }
  return null
}
