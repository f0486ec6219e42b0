import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Repair } from '@strata/contract/repairs.ts'
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
  readonly message: string
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
        message: `The libvirt daemon is there, but it cannot open ${host.uri}: it lacks the driver for it.`,
        repairs: retry,
      }
    }
    return {
      code: 'host-unreachable',
      message: `The libvirt daemon is there, but it could not open ${host.uri}.`,
      repairs: retry,
    }
  }
  if (error instanceof TypeError) {
    return { code: 'invalid-input', message: `${host.uri} is not an address that libvirt knows.`, repairs: [] }
  }
  return { code: 'host-unreachable', message: `Strata cannot talk to ${host.label}.`, repairs: retry }
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
        message: `The libvirt daemon of ${host.label} ended the connection. Strata is trying again.`,
        repairs: retry,
      }
    case 'keepalive':
      return {
        code: 'connection-lost',
        message: `The libvirt daemon of ${host.label} does not answer any more. Strata keeps trying.`,
        repairs: retry,
      }
    case 'timeout':
      return { code, message: `The libvirt daemon of ${host.label} took too long to answer.`, repairs: retry }
    case 'protocol':
      return {
        code: 'connection-lost',
        message: `What answered for ${host.label} does not speak libvirt’s protocol.`,
        repairs: retry,
      }
    case 'unsupported-transport':
      return {
        code: 'unsupported',
        message: `${host.uri} would be without encryption, which is refused except to this computer. Use ssh or TLS.`,
        repairs: [],
      }
    case 'host-key-unknown':
      return {
        code: 'not-permitted',
        message: `ssh does not know ${host.label} yet. Connect to it with ssh once and confirm its key.`,
        repairs: retry,
      }
    case 'host-key-changed':
      return {
        code: 'not-permitted',
        message: `${host.label} has another host key than the one ssh knows. Somebody may be in between; find out before you go on.`,
        repairs: retry,
      }
    case 'helper-missing':
      return {
        code,
        message: `ssh is missing here, or virt-ssh-helper and nc are missing on ${host.label}.`,
        repairs: retry,
      }
    case 'certificate':
      return {
        code: 'not-permitted',
        message: `The certificates do not fit: ${host.label} cannot prove what it is.`,
        repairs: retry,
      }
    case 'unexpected-output':
      return {
        code,
        message: `Something else than libvirt answered for ${host.label}, such as a login script that prints text.`,
        repairs: retry,
      }
    case 'unreachable':
      return { code, message: `${host.label} cannot be reached.`, repairs: retry }
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
      message: 'libvirt is not installed on this computer; Strata needs it to run machines.',
      repairs: [...install(around), reconnect(host)],
    }
  }
  if (usesSystemDaemon(host, around.isRoot)) {
    const message =
      reason === 'refused'
        ? 'The libvirt system service was running and has stopped: its socket is there, but nobody listens.'
        : 'The libvirt system service is not running.'
    return { code, message, repairs: [startSystemDaemon(host, around, around.daemonProgram), reconnect(host)] }
  }
  if (!mayBeSpawned(host)) {
    const message =
      reason === 'refused'
        ? `The libvirt daemon of ${host.label} has stopped: its socket is there, but nobody listens.`
        : `The libvirt daemon of ${host.label} is not running.`
    return { code, message, repairs: [reconnect(host)] }
  }
  const message =
    reason === 'spawn-failed'
      ? 'Your own libvirt daemon could not be started.'
      : 'Your own libvirt daemon is not running.'
  return { code, message, repairs: [startSessionDaemon(host, around.daemonProgram)] }
}

function permissionCause(host: HostDefinition, around: Surroundings): Cause {
  const code = 'not-permitted'
  if (around.isListedInGroup && !around.hasGroup) {
    return {
      code,
      message: `${around.userName} is in the group libvirt, but this login does not have it yet. Log out and in again, and the machines appear.`,
      repairs: [reconnect(host)],
    }
  }
  const join: Repair = {
    label: 'Join the group libvirt',
    explanation: `Lets ${around.userName} use the libvirt system service. Log out and in again afterwards.`,
    command: `sudo usermod --append --groups libvirt ${around.userName}`,
    action: null,
  }
  return {
    code,
    message: `${around.userName} may not use the libvirt daemon of ${host.label}.`,
    repairs: usesSystemDaemon(host, around.isRoot) && !around.hasGroup ? [join, reconnect(host)] : [reconnect(host)],
  }
}

function authenticationCause(error: AuthenticationError, host: HostDefinition, around: Surroundings): Cause {
  const retry = [reconnect(host)]
  switch (error.reason) {
    case 'unavailable':
      return {
        code: 'not-permitted',
        message: 'The libvirt system service wants a password, but nothing on this desktop can ask for it.',
        repairs: permissionCause(host, around).repairs,
      }
    case 'cancelled':
      return { code: 'needs-credentials', message: `The password for ${host.label} was not given.`, repairs: retry }
    case 'denied':
      return { code: 'not-permitted', message: `${host.label} does not let ${around.userName} in.`, repairs: retry }
    case 'unsupported':
      return {
        code: 'unsupported',
        message: `${host.label} asks for a kind of sign-in that Strata does not know yet.`,
        repairs: [],
      }
    case 'credentials-needed':
      return { code: 'needs-credentials', message: `${host.label} wants a name and a password.`, repairs: retry }
    case 'server-unproven':
      return {
        code: 'not-permitted',
        message: `${host.label} could not prove that it knows the password. Somebody may be in between.`,
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
    label: 'Try again',
    explanation: 'Tries to connect now; Strata also keeps trying by itself.',
    command: null,
    action: { kind: 'reconnect-host', hostId: host.id },
  }
}

function startSessionDaemon(host: HostDefinition, program: string): Repair {
  return {
    label: 'Start the daemon',
    explanation: 'Starts a libvirt daemon of your own. It needs no administrator and ends when nobody uses it.',
    command: `${program} --daemon`,
    action: { kind: 'start-daemon', hostId: host.id },
  }
}

function startSystemDaemon(host: HostDefinition, around: Surroundings, program: string): Repair {
  const sudo = around.isRoot ? '' : 'sudo '
  return {
    label: 'Start the service',
    explanation: around.isRoot
      ? 'Starts the libvirt system service on this computer.'
      : 'Starts the libvirt system service. Only an administrator can do this.',
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
      label: 'Install libvirt and QEMU',
      explanation: 'Installs what runs machines on this computer. Only an administrator can do this.',
      command: installCommands[around.packages],
      action: null,
    },
  ]
}
