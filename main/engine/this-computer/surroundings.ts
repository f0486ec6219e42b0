import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'

/** What decides which repair of a connection fits. */
export interface Surroundings {
  readonly userName: string
  readonly isRoot: boolean
  /** Whether /etc/group has the user in the group libvirt. */
  readonly isListedInGroup: boolean
  /** Whether this login has the group; a group that is listed comes with the next login only. */
  readonly hasGroup: boolean
  readonly hasSystemd: boolean
  /** 'libvirtd', else 'virtqemud'; null: neither is installed. */
  readonly daemonProgram: string | null
  readonly isQemuInstalled: boolean
  readonly hasDnsmasq: boolean
  /** Whether the desktop can ask for an administrator's password. */
  readonly hasPkexec: boolean
  /** The system's own way to install packages. */
  readonly packages: 'apt' | 'dnf' | 'pacman' | 'zypper' | null
}

const programFolders = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/sbin', '/bin', '/usr/libexec']

export async function readSurroundings(): Promise<Surroundings> {
  const username = userName()
  const [group, libvirtd, virtqemud, qemu, dnsmasq, pkexec, hasSystemd, packages] = await Promise.all([
    readGroup('libvirt'),
    findProgram('libvirtd'),
    findProgram('virtqemud'),
    findQemu(),
    findProgram('dnsmasq'),
    findProgram('pkexec'),
    isThere('/run/systemd/system'),
    findPackages(),
  ])
  return {
    userName: username,
    isRoot: process.getuid?.() === 0,
    isListedInGroup: group?.members.includes(username) ?? false,
    hasGroup: group !== null && (process.getgroups?.() ?? []).includes(group.id),
    hasSystemd,
    daemonProgram: libvirtd !== null ? 'libvirtd' : virtqemud !== null ? 'virtqemud' : null,
    isQemuInstalled: qemu !== null,
    hasDnsmasq: dnsmasq !== null,
    hasPkexec: pkexec !== null,
    packages,
  }
}

/** A process may run as a user that the system has no name for. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? String(process.getuid?.() ?? '')
  }
}

/** Full path of an installed program; null: it is not installed. */
export async function findProgram(name: string): Promise<string | null> {
  const folders = new Set([
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...programFolders,
  ])
  for (const folder of folders) {
    const path = join(folder, name)
    if (await isThere(path, constants.X_OK)) return path
  }
  return null
}

const qemuOfArchitecture: Readonly<Record<string, string | undefined>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  arm: 'arm',
  riscv64: 'riscv64',
  s390x: 's390x',
  ppc64: 'ppc64',
}

async function findQemu(): Promise<string | null> {
  const architecture = qemuOfArchitecture[process.arch] ?? process.arch
  return (await findProgram(`qemu-system-${architecture}`)) ?? findProgram('qemu-kvm')
}

async function findPackages(): Promise<Surroundings['packages']> {
  const tools = { apt: 'apt-get', dnf: 'dnf', pacman: 'pacman', zypper: 'zypper' } as const
  for (const name of ['apt', 'dnf', 'pacman', 'zypper'] as const)
    if ((await findProgram(tools[name])) !== null) return name
  return null
}

async function readGroup(name: string): Promise<{ id: number; members: string[] } | null> {
  const text = await readFile('/etc/group', 'utf8').catch(() => '') // not on every system: then nobody is listed
  return parseGroup(text, name)
}

export function parseGroup(text: string, name: string): { id: number; members: string[] } | null {
  const fields = text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([groupName]) => groupName === name)
  if (fields === undefined) return null
  return { id: Number(fields[2]), members: (fields[3] ?? '').split(',').filter((member) => member !== '') }
}

export async function isThere(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}
