import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Repair } from '@strata/contract/repairs.ts'
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
  readonly message: string
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
      message: 'libvirt is not installed on this computer; Strata needs it to run machines.',
      repairs: [...connectionRepairs.install(system), retry],
    }
  }
  if (usesSystemDaemon(host, isRoot)) {
    const message =
      reason === 'refused'
        ? 'The libvirt system service was running and has stopped: its socket is there, but nobody listens.'
        : 'The libvirt system service is not running.'
    return { code, message, repairs: [connectionRepairs.startSystemDaemon(host, system, daemonProgram), retry] }
  }
  if (!mayBeSpawned(host)) {
    const message =
      reason === 'refused'
        ? `The libvirt daemon of ${host.label} has stopped: its socket is there, but nobody listens.`
        : `The libvirt daemon of ${host.label} is not running.`
    return { code, message, repairs: [retry] }
  }
  const message =
    reason === 'spawn-failed'
      ? 'Your own libvirt daemon could not be started.'
      : 'Your own libvirt daemon is not running.'
  return { code, message, repairs: [connectionRepairs.startSessionDaemon(host, daemonProgram)] }
}

/** Of another computer only this is known: nothing is said of what is installed on it, or on this one. */
function farAway(
  reason: 'not-found' | 'spawn-failed' | 'refused',
  { label, address: { place } }: ConnectedHost,
): string {
  if (reason === 'refused') return `${label} refuses the connection: nobody listens there.`
  return place.kind === 'ssh'
    ? `${label} cannot be found by its name, or runs no libvirt daemon that this login may use.`
    : `${label} cannot be found by its name.`
}

function permissionCause(host: ConnectedHost, system: HostSystem | null): Cause {
  const code = 'not-permitted'
  const retry = connectionRepairs.reconnect(host)
  if (system === null)
    return { code, message: `The libvirt daemon of ${host.label} does not let this login in.`, repairs: [retry] }
  const { userName, isListedInGroup, hasGroup, isRoot } = system
  if (isListedInGroup && !hasGroup) {
    return {
      code,
      message: `${userName} is in the group libvirt, but this login does not have it yet. Log out and in again, and the machines appear.`,
      repairs: [retry],
    }
  }
  return {
    code,
    message: `${userName} may not use the libvirt daemon of ${host.label}.`,
    repairs: usesSystemDaemon(host, isRoot) && !hasGroup ? [connectionRepairs.joinGroup(userName), retry] : [retry],
  }
}

function authenticationCause(error: AuthenticationError, host: ConnectedHost, system: HostSystem | null): Cause {
  const retry = [connectionRepairs.reconnect(host)]
  switch (error.reason) {
    case 'unavailable':
      return {
        code: 'not-permitted',
        message: 'The libvirt system service wants a password, but nothing on this desktop can ask for it.',
        repairs: permissionCause(host, system).repairs,
      }
    case 'cancelled':
      return { code: 'needs-credentials', message: `The password for ${host.label} was not given.`, repairs: retry }
    case 'denied':
      return {
        code: 'not-permitted',
        message: `${host.label} does not let ${loginWords(host, system)} in.`,
        repairs: retry,
      }
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

function loginWords({ address: { place } }: ConnectedHost, system: HostSystem | null): string {
  if (place.kind === 'ssh' && place.user !== null) return place.user
  return system?.userName ?? 'this login'
}

/** Root has no daemon of its own: what others ask their session daemon for, root asks the system's. */
export function usesSystemDaemon(host: ConnectedHost, isRoot: boolean): boolean {
  return host.address.scope === 'system' || (isRoot && mayBeSpawned(host))
}

/** A daemon behind a named socket is somebody's own: nobody else can start it. */
export function mayBeSpawned({ address, autospawn }: ConnectedHost): boolean {
  return address.place.kind === 'here' && address.scope === 'session' && autospawn && address.socketPath === null
}
