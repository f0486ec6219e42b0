import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { AuthenticationError, ConnectionError, LibvirtError } from 'node-libvirt'

import { StrataError } from '../strata-error.ts'
import type { HostDefinition } from './host-definition.ts'
import { readSurroundings, type Surroundings } from '../this-computer/surroundings.ts'

/** Why a host cannot be reached, in the user's words, with the repairs that fit this computer. */
export async function explainConnection(error: unknown, host: HostDefinition): Promise<StrataProblem> {
  return connectionProblem(error, host, await readSurroundings())
}

export function connectionProblem(error: unknown, host: HostDefinition, around: Surroundings): StrataProblem {
  const { code, message, repairs } = cause(error, host, around)
  return new StrataError(code, message, { cause: error, repairs }).toProblem()
}

interface Cause {
  readonly code: StrataProblem['code']
  readonly message: Said
  readonly repairs: readonly Repair[]
}

function cause(error: unknown, host: HostDefinition, around: Surroundings): Cause {
  if (error === null || error instanceof ConnectionError)
    return connectionCause(error?.reason ?? 'closed', host, around)
  if (error instanceof AuthenticationError) return authenticationCause(error, host, around)
  const retry = [reconnect(host)]
  if (error instanceof LibvirtError) {
    if (error.code === 'no-connect') {
      return {
        code: 'unsupported',
        message: say('hosts.libvirtDaemonThereBut', { uri: host.uri }),
        repairs: retry,
      }
    }
    return {
      code: 'host-unreachable',
      message: say('hosts.libvirtDaemonThereButCould', { uri: host.uri }),
      repairs: retry,
    }
  }
  if (error instanceof TypeError) {
    return { code: 'invalid-input', message: say('hosts.notAddressLibvirtKnows', { uri: host.uri }), repairs: [] }
  }
  return { code: 'host-unreachable', message: say('hosts.strataCannotTalk', { host: host.label }), repairs: retry }
}

function connectionCause(reason: ConnectionError['reason'], host: HostDefinition, around: Surroundings): Cause {
  const code = 'host-unreachable'
  const retry = [reconnect(host)]
  switch (reason) {
    case 'not-found':
    case 'spawn-failed':
    case 'refused':
      return absentCause(reason, host, around)
    case 'permission':
      return permissionCause(host, around)
    case 'closed':
      return {
        code: 'connection-lost',
        message: say('hosts.libvirtDaemonEndedConnection', { host: host.label }),
        repairs: retry,
      }
    case 'keepalive':
      return {
        code: 'connection-lost',
        message: say('hosts.libvirtDaemonDoesNot', { host: host.label }),
        repairs: retry,
      }
    case 'timeout':
      return { code, message: say('hosts.libvirtDaemonTookToo', { host: host.label }), repairs: retry }
    case 'protocol':
      return {
        code: 'connection-lost',
        message: say('hosts.whatAnsweredForDoes', { host: host.label }),
        repairs: retry,
      }
    case 'unsupported-transport':
      return {
        code: 'unsupported',
        message: say('hosts.withoutEncryptionRefusedExcept', { uri: host.uri }),
        repairs: [],
      }
    case 'host-key-unknown':
      return {
        code: 'not-permitted',
        message: say('hosts.sshDoesNotKnow', { host: host.label }),
        repairs: retry,
      }
    case 'host-key-changed':
      return {
        code: 'not-permitted',
        message: say('hosts.anotherHostKeyThan', { host: host.label }),
        repairs: retry,
      }
    case 'helper-missing':
      return {
        code,
        message: say('hosts.sshMissingHereOr', { host: host.label }),
        repairs: retry,
      }
    case 'certificate':
      return {
        code: 'not-permitted',
        message: say('hosts.certificatesDoNotFit', { host: host.label }),
        repairs: retry,
      }
    case 'unexpected-output':
      return {
        code,
        message: say('hosts.somethingElseThanLibvirt', { host: host.label }),
        repairs: retry,
      }
    case 'unreachable':
      return { code, message: say('hosts.cannotReached', { host: host.label }), repairs: retry }
  }
}

/** Nobody listens: because nothing is installed, because it cannot start, or because it is not running. */
function absentCause(
  reason: 'not-found' | 'spawn-failed' | 'refused',
  host: HostDefinition,
  around: Surroundings,
): Cause {
  const code = 'host-unreachable'
  if (around.daemonProgram === null) {
    return {
      code,
      message: say('hosts.libvirtNotInstalledComputerStrata'),
      repairs: [...install(around), reconnect(host)],
    }
  }
  if (usesSystemDaemon(host, around.isRoot)) {
    const message =
      reason === 'refused' ? say('hosts.libvirtSystemServiceRunning') : say('hosts.libvirtSystemServiceNot')
    return { code, message, repairs: [startSystemDaemon(host, around, around.daemonProgram), reconnect(host)] }
  }
  if (!mayBeSpawned(host)) {
    const message =
      reason === 'refused'
        ? say('hosts.libvirtDaemonStoppedSocket', { host: host.label })
        : say('hosts.libvirtDaemonNotRunning', { host: host.label })
    return { code, message, repairs: [reconnect(host)] }
  }
  const message = reason === 'spawn-failed' ? say('hosts.yourOwnLibvirtDaemon') : say('hosts.yourOwnLibvirtDaemonNot')
  return { code, message, repairs: [startSessionDaemon(host, around.daemonProgram)] }
}

function permissionCause(host: HostDefinition, around: Surroundings): Cause {
  const code = 'not-permitted'
  if (around.isListedInGroup && !around.hasGroup) {
    return {
      code,
      message: say('hosts.groupLibvirtButLogin', { userName: around.userName }),
      repairs: [reconnect(host)],
    }
  }
  const join: Repair = {
    label: say('hosts.joinGroupLibvirt'),
    explanation: say('hosts.letsUseLibvirtSystem', { userName: around.userName }),
    command: `sudo usermod --append --groups libvirt ${around.userName}`,
    action: null,
  }
  return {
    code,
    message: say('hosts.mayNotUseLibvirt', { userName: around.userName, host: host.label }),
    repairs: usesSystemDaemon(host, around.isRoot) && !around.hasGroup ? [join, reconnect(host)] : [reconnect(host)],
  }
}

function authenticationCause(error: AuthenticationError, host: HostDefinition, around: Surroundings): Cause {
  const retry = [reconnect(host)]
  switch (error.reason) {
    case 'unavailable':
      return {
        code: 'not-permitted',
        message: say('hosts.libvirtSystemServiceWants'),
        repairs: permissionCause(host, around).repairs,
      }
    case 'cancelled':
      return {
        code: 'needs-credentials',
        message: say('hosts.passwordForNotGiven', { host: host.label }),
        repairs: retry,
      }
    case 'denied':
      return {
        code: 'not-permitted',
        message: say('hosts.doesNotLet', { host: host.label, userName: around.userName }),
        repairs: retry,
      }
    case 'unsupported':
      return {
        code: 'unsupported',
        message: say('hosts.asksForKindSign', { host: host.label }),
        repairs: [],
      }
    case 'credentials-needed':
      return {
        code: 'needs-credentials',
        message: say('hosts.wantsNamePassword', { host: host.label }),
        repairs: retry,
      }
    case 'server-unproven':
      return {
        code: 'not-permitted',
        message: say('hosts.couldNotProveKnows', { host: host.label }),
        repairs: retry,
      }
  }
}

/** Root has no daemon of its own: what others ask their session daemon for, root asks the system's. */
export function usesSystemDaemon(host: HostDefinition, isRoot: boolean): boolean {
  return host.kind === 'system' || (isRoot && mayBeSpawned(host))
}

/** A daemon behind a named socket is somebody's own: nobody else can start it. */
export function mayBeSpawned(host: HostDefinition): boolean {
  return host.kind !== 'remote' && host.kind !== 'system' && host.autospawn !== false && !host.uri.includes('socket=')
}

function reconnect(host: HostDefinition): Repair {
  return {
    label: say('hosts.tryAgain'),
    explanation: say('hosts.triesConnectNowStrata'),
    command: null,
    action: { kind: 'reconnect-host', hostId: host.id },
  }
}

function startSessionDaemon(host: HostDefinition, program: string): Repair {
  return {
    label: say('hosts.startDaemon'),
    explanation: say('hosts.startsLibvirtDaemonYour'),
    command: `${program} --daemon`,
    action: { kind: 'start-daemon', hostId: host.id },
  }
}

function startSystemDaemon(host: HostDefinition, around: Surroundings, program: string): Repair {
  const sudo = around.isRoot ? '' : 'sudo '
  return {
    label: say('hosts.startService'),
    explanation: around.isRoot ? say('hosts.startsLibvirtSystemService') : say('hosts.startsLibvirtSystemServiceOnly'),
    command: around.hasSystemd ? `${sudo}systemctl start ${program}` : `${sudo}${program} --daemon`,
    action: around.isRoot ? { kind: 'start-daemon', hostId: host.id } : null,
  }
}

const installCommands = {
  apt: 'sudo apt-get install libvirt-daemon-system qemu-system ovmf swtpm',
  dnf: 'sudo dnf install libvirt-daemon-kvm qemu-kvm edk2-ovmf swtpm',
  pacman: 'sudo pacman -S libvirt qemu-desktop edk2-ovmf swtpm dnsmasq',
  zypper: 'sudo zypper install libvirt-daemon-qemu qemu-kvm qemu-ovmf-x86_64 swtpm',
} as const

function install(around: Surroundings): Repair[] {
  if (around.packages === null) return []
  return [
    {
      label: say('hosts.installLibvirtQemu'),
      explanation: say('hosts.installsWhatRunsMachines'),
      command: installCommands[around.packages],
      action: null,
    },
  ]
}
