import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { AuthenticationError, ConnectionError, LibvirtError } from 'node-libvirt'

import { StrataError } from '../strata-error.ts'
import type { Host } from './host.ts'
import { connectionRepairs, type ConnectedHost } from './connection-repairs.ts'
import { readHostSystem, type HostSystem } from './place/host-system.ts'

/** Why a host cannot be reached, in the user's words, with the repairs that fit the computer that its daemon is on. */
export async function explainConnection(error: unknown, host: Host): Promise<StrataProblem> {
  const { daemonPlace } = host
  // What can be offered is for this computer; of another one it is not asked while it does not answer.
  const system = daemonPlace.files?.sharesPaths === true ? await readHostSystem(daemonPlace) : null
  return connectionProblem(error, host, system)
}

/** @param system of the computer that the daemon is on; null: it cannot be looked at from here */
export function connectionProblem(error: unknown, host: ConnectedHost, system: HostSystem | null): StrataProblem {
  const { code, message, repairs } = cause(error, host, system)
  return new StrataError(code, message, { cause: error, repairs }).toProblem()
}

interface Cause {
  readonly code: StrataProblem['code']
  readonly message: Said
  readonly repairs: readonly Repair[]
}

function cause(error: unknown, host: ConnectedHost, system: HostSystem | null): Cause {
  if (error === null || error instanceof ConnectionError)
    return connectionCause(error?.reason ?? 'closed', host, system)
  if (error instanceof AuthenticationError) return authenticationCause(error, host, system)
  const retry = [connectionRepairs.reconnect(host)]
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

function connectionCause(reason: ConnectionError['reason'], host: ConnectedHost, system: HostSystem | null): Cause {
  const code = 'host-unreachable'
  const retry = [connectionRepairs.reconnect(host)]
  switch (reason) {
    case 'not-found':
    case 'spawn-failed':
    case 'refused':
      return absentCause(reason, host, system)
    case 'permission':
      return permissionCause(host, system)
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
  host: ConnectedHost,
  system: HostSystem | null,
): Cause {
  const code = 'host-unreachable'
  const retry = connectionRepairs.reconnect(host)
  if (system === null) return { code, message: farAway(reason, host), repairs: [retry] }
  const { daemonProgram, isRoot } = system
  if (daemonProgram === null) {
    return {
      code,
      message: say('hosts.libvirtNotInstalledComputerStrata'),
      repairs: [...connectionRepairs.install(system), retry],
    }
  }
  if (usesSystemDaemon(host, isRoot)) {
    const message =
      reason === 'refused' ? say('hosts.libvirtSystemServiceRunning') : say('hosts.libvirtSystemServiceNot')
    return { code, message, repairs: [connectionRepairs.startSystemDaemon(host, system, daemonProgram), retry] }
  }
  if (!mayBeSpawned(host)) {
    const message =
      reason === 'refused'
        ? say('hosts.libvirtDaemonStoppedSocket', { host: host.label })
        : say('hosts.libvirtDaemonNotRunning', { host: host.label })
    return { code, message, repairs: [retry] }
  }
  const message = reason === 'spawn-failed' ? say('hosts.yourOwnLibvirtDaemon') : say('hosts.yourOwnLibvirtDaemonNot')
  return { code, message, repairs: [connectionRepairs.startSessionDaemon(host, daemonProgram)] }
}

/** Of another computer only this is known: nothing is said of what is installed on it, or on this one. */
function farAway(reason: 'not-found' | 'spawn-failed' | 'refused', { label, address: { place } }: ConnectedHost): Said {
  if (reason === 'refused') return say('hosts.refusesConnectionNobodyListens', { label })
  return place.kind === 'ssh' ? say('hosts.cannotFoundNameOr', { label }) : say('hosts.cannotFoundName', { label })
}

function permissionCause(host: ConnectedHost, system: HostSystem | null): Cause {
  const code = 'not-permitted'
  const retry = connectionRepairs.reconnect(host)
  if (system === null)
    return { code, message: say('hosts.libvirtDaemonDoesNotLet', { host: host.label }), repairs: [retry] }
  const { userName, isListedInGroup, hasGroup, isRoot } = system
  if (isListedInGroup && !hasGroup) {
    return {
      code,
      message: say('hosts.groupLibvirtButLogin', { userName }),
      repairs: [retry],
    }
  }
  return {
    code,
    message: say('hosts.mayNotUseLibvirt', { userName, host: host.label }),
    repairs: usesSystemDaemon(host, isRoot) && !hasGroup ? [connectionRepairs.joinGroup(userName), retry] : [retry],
  }
}

function authenticationCause(error: AuthenticationError, host: ConnectedHost, system: HostSystem | null): Cause {
  const retry = [connectionRepairs.reconnect(host)]
  switch (error.reason) {
    case 'unavailable':
      return {
        code: 'not-permitted',
        message: say('hosts.libvirtSystemServiceWants'),
        repairs: permissionCause(host, system).repairs,
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
        message: say('hosts.doesNotLet2', { host: host.label, login: loginWords(host, system) }),
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

function loginWords({ address: { place } }: ConnectedHost, system: HostSystem | null): string | Said {
  if (place.kind === 'ssh' && place.user !== null) return place.user
  return system?.userName ?? say('hosts.thisLogin')
}

/** Root has no daemon of its own: what others ask their session daemon for, root asks the system's. */
export function usesSystemDaemon(host: ConnectedHost, isRoot: boolean): boolean {
  return host.address.scope === 'system' || (isRoot && mayBeSpawned(host))
}

/** A daemon behind a named socket is somebody's own: nobody else can start it. */
export function mayBeSpawned({ address, autospawn }: ConnectedHost): boolean {
  return address.place.kind === 'here' && address.scope === 'session' && autospawn && address.socketPath === null
}
