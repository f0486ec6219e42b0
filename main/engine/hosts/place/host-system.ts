import type { HostFiles } from './host-files.ts'
import type { HostPorts } from './host-ports.ts'
import type { HostPrograms } from './host-programs.ts'

/** What is installed on a host, and what its user may do there: by this it is chosen which repair fits. */
export interface HostSystem {
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
  /** Whether somebody there can be asked for an administrator's password. */
  readonly hasPkexec: boolean
  /** The system's own way to install packages. */
  readonly packages: 'apt' | 'dnf' | 'pacman' | 'zypper' | null
}

/** Null: the host cannot be looked at from here. */
export async function readHostSystem({ files, programs, login }: HostPorts): Promise<HostSystem | null> {
  if (files === null || programs === null || login === null) return null
  const [group, libvirtd, virtqemud, qemu, dnsmasq, pkexec, hasSystemd, packages] = await Promise.all([
    readGroup(files, 'libvirt'),
    programs.find('libvirtd'),
    programs.find('virtqemud'),
    findQemu(programs),
    programs.find('dnsmasq'),
    programs.canAskAdministrator ? programs.find('pkexec') : null,
    isThere(files, '/run/systemd/system'),
    findPackages(programs),
  ])
  return {
    userName: login.name,
    isRoot: login.userId === 0,
    isListedInGroup: group?.members.includes(login.name) ?? false,
    hasGroup: group !== null && login.groupIds.has(group.id),
    hasSystemd,
    daemonProgram: libvirtd !== null ? 'libvirtd' : virtqemud !== null ? 'virtqemud' : null,
    isQemuInstalled: qemu !== null,
    hasDnsmasq: dnsmasq !== null,
    hasPkexec: pkexec !== null,
    packages,
  }
}

/** Of the architectures that libvirt runs QEMU on; whichever there is. */
const emulators = ['x86_64', 'aarch64', 'riscv64', 's390x', 'ppc64', 'arm'].map((name) => `qemu-system-${name}`)

async function findQemu(programs: HostPrograms): Promise<string | null> {
  const found = await Promise.all([...emulators, 'qemu-kvm'].map((name) => programs.find(name)))
  return found.find((path) => path !== null) ?? null
}

async function findPackages(programs: HostPrograms): Promise<HostSystem['packages']> {
  const tools = { apt: 'apt-get', dnf: 'dnf', pacman: 'pacman', zypper: 'zypper' } as const
  for (const name of ['apt', 'dnf', 'pacman', 'zypper'] as const)
    if ((await programs.find(tools[name])) !== null) return name
  return null
}

async function readGroup(files: HostFiles, name: string): Promise<{ id: number; members: string[] } | null> {
  const text = await files.readText('/etc/group').catch(() => '') // not on every system: then nobody is listed
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

/** Whether there is something at this path, as far as the user may see. */
export function isThere(files: HostFiles, path: string): Promise<boolean> {
  return files.stat(path).then(
    () => true,
    () => false,
  )
}
