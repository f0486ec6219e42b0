import type { InstallablePackage } from '@strata/contract/repairs.ts'

type Elsewhere = 'dnf' | 'pacman' | 'zypper'

const names: Readonly<Record<InstallablePackage, Readonly<Record<Elsewhere, string>>>> = {
  acl: { dnf: 'acl', pacman: 'acl', zypper: 'acl' },
  'dnsmasq-base': { dnf: 'dnsmasq', pacman: 'dnsmasq', zypper: 'dnsmasq' },
  ovmf: { dnf: 'edk2-ovmf', pacman: 'edk2-ovmf', zypper: 'qemu-ovmf-x86_64' },
  'qemu-system-x86': { dnf: 'qemu-kvm', pacman: 'qemu-desktop', zypper: 'qemu-x86' },
  'qemu-utils': { dnf: 'qemu-img', pacman: 'qemu-img', zypper: 'qemu-tools' },
  swtpm: { dnf: 'swtpm', pacman: 'swtpm', zypper: 'swtpm' },
  'swtpm-tools': { dnf: 'swtpm-tools', pacman: 'swtpm', zypper: 'swtpm' },
}

/** What Debian's packages are called in another archive, each once. */
export const namesElsewhere = (tool: Elsewhere, packages: readonly InstallablePackage[]): string[] => [
  ...new Set(packages.map((each) => names[each][tool])),
]
