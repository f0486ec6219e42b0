import type { Repair } from '@strata/contract/repairs.ts'

import type { Host } from './host.ts'
import type { HostSystem } from './place/host-system.ts'

/** What decides how a host is connected to. */
export type ConnectedHost = Pick<Host, 'id' | 'label' | 'uri' | 'address' | 'autospawn'>

const installCommands = {
  apt: 'sudo apt-get install libvirt-daemon-system qemu-system ovmf swtpm',
  dnf: 'sudo dnf install libvirt-daemon-kvm qemu-kvm edk2-ovmf swtpm',
  pacman: 'sudo pacman -S libvirt qemu-desktop edk2-ovmf swtpm dnsmasq',
  zypper: 'sudo zypper install libvirt-daemon-qemu qemu-kvm qemu-ovmf-x86_64 swtpm',
} as const

/** What can be offered when a daemon does not answer. */
export const connectionRepairs = {
  reconnect: ({ id }: ConnectedHost): Repair => ({
    label: 'Try again',
    explanation: 'Tries to connect now; Strata also keeps trying by itself.',
    command: null,
    action: { kind: 'reconnect-host', hostId: id },
  }),
  startSessionDaemon: ({ id }: ConnectedHost, program: string): Repair => ({
    label: 'Start the daemon',
    explanation: 'Starts a libvirt daemon of your own. It needs no administrator and ends when nobody uses it.',
    command: `${program} --daemon`,
    action: { kind: 'start-daemon', hostId: id },
  }),
  startSystemDaemon: ({ id }: ConnectedHost, { isRoot, hasSystemd }: HostSystem, program: string): Repair => {
    const sudo = isRoot ? '' : 'sudo '
    return {
      label: 'Start the service',
      explanation: isRoot
        ? 'Starts the libvirt system service on this computer.'
        : 'Starts the libvirt system service. Only an administrator can do this.',
      command: hasSystemd ? `${sudo}systemctl start ${program}` : `${sudo}${program} --daemon`,
      action: isRoot ? { kind: 'start-daemon', hostId: id } : null,
    }
  },
  joinGroup: (userName: string): Repair => ({
    label: 'Join the group libvirt',
    explanation: `Lets ${userName} use the libvirt system service. Log out and in again afterwards.`,
    command: `sudo usermod --append --groups libvirt ${userName}`,
    action: null,
  }),
  install: ({ packages }: HostSystem): Repair[] => {
    if (packages === null) return []
    return [
      {
        label: 'Install libvirt and QEMU',
        explanation: 'Installs what runs machines on this computer. Only an administrator can do this.',
        command: installCommands[packages],
        action: null,
      },
    ]
  },
}
