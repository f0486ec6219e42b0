import type { Repair } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'

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
    label: say('hosts.tryAgain'),
    explanation: say('hosts.triesConnectNowStrata'),
    command: null,
    action: { kind: 'reconnect-host', hostId: id },
  }),
  startSessionDaemon: ({ id }: ConnectedHost, program: string): Repair => ({
    label: say('hosts.startDaemon'),
    explanation: say('hosts.startsLibvirtDaemonYour'),
    command: `${program} --daemon`,
    action: { kind: 'start-daemon', hostId: id },
  }),
  startSystemDaemon: ({ id }: ConnectedHost, { isRoot, hasSystemd }: HostSystem, program: string): Repair => {
    const sudo = isRoot ? '' : 'sudo '
    return {
      label: say('hosts.startService'),
      explanation: isRoot ? say('hosts.startsLibvirtSystemService') : say('hosts.startsLibvirtSystemServiceOnly'),
      command: hasSystemd ? `${sudo}systemctl start ${program}` : `${sudo}${program} --daemon`,
      action: isRoot ? { kind: 'start-daemon', hostId: id } : null,
    }
  },
  joinGroup: (userName: string): Repair => ({
    label: say('hosts.joinGroupLibvirt'),
    explanation: say('hosts.letsUseLibvirtSystem', { userName }),
    command: `sudo usermod --append --groups libvirt ${userName}`,
    action: null,
  }),
  install: ({ packages }: HostSystem): Repair[] => {
    if (packages === null) return []
    return [
      {
        label: say('hosts.installLibvirtQemu'),
        explanation: say('hosts.installsWhatRunsMachines'),
        command: installCommands[packages],
        action: null,
      },
    ]
  },
}
