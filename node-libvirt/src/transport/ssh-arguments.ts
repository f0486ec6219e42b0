import type { ConnectionUri } from '../uri.ts'

export interface SshUse {
  /** Somebody can be asked: by us, or by the user's own SSH_ASKPASS. */
  readonly mayAsk: boolean
  /** What ssh is to do there: a remote command, a subsystem, `-W` to a port, or to be the master that others go through. */
  readonly purpose: SshPurpose
  /** The socket of a master, whose one connection is used; without it that fails, and no other is made. */
  readonly controlPath?: string | undefined
}

export type SshPurpose =
  | { readonly command: string }
  | { readonly subsystem: string }
  | { readonly forwardTo: string }
  /** Says so by one line of output once it is there. */
  | { readonly masterAt: string }

/**
 * The arguments of the user's own ssh. Its configuration, agent and known hosts count as ever; the URI's parameters go
 * before them.
 * @throws TypeError for a URI without a host, or parameters that libvirt does not know
 */
export function sshArguments(uri: ConnectionUri, { mayAsk, purpose, controlPath }: SshUse): string[] {
  if (uri.host === null) throw new TypeError(`${uri.text}: ssh needs a host`)
  const isBatch = !mayAsk || isSet(uri.parameters.get('no_tty'))
  const keyfile = uri.parameters.get('keyfile')
  const options = [
    ...sharingOptions(purpose, controlPath),
    ...hostKeyOptions(uri),
    ...authOptions(uri),
    ...(isBatch ? ['BatchMode=yes'] : []),
  ]
  return [
    ...purposeWords(purpose),
    ...['-e', 'none'],
    ...(uri.port === null ? [] : ['-p', String(uri.port)]),
    ...(uri.user === null ? [] : ['-l', uri.user]),
    ...(keyfile === undefined ? [] : ['-i', keyfile]),
    ...options.flatMap((option) => ['-o', option]),
    '--',
    uri.host,
    ...('command' in purpose ? [purpose.command] : 'subsystem' in purpose ? [purpose.subsystem] : []),
  ]
}

function purposeWords(purpose: SshPurpose): string[] {
  if ('forwardTo' in purpose) return ['-W', purpose.forwardTo]
  if ('masterAt' in purpose) return ['-N', '-M']
  return 'subsystem' in purpose ? ['-T', '-s'] : ['-T']
}

function sharingOptions(purpose: SshPurpose, controlPath: string | undefined): string[] {
  if ('masterAt' in purpose) {
    return [
      `ControlPath=${configValue(purpose.masterAt)}`,
      'ControlPersist=no',
      'PermitLocalCommand=yes',
      'LocalCommand=echo ready', // run when the master's socket is there
    ]
  }
  if (controlPath === undefined) return []
  // Where the master is gone ssh would connect anew by itself: then it is to fail instead.
  return [`ControlPath=${configValue(controlPath)}`, 'ControlMaster=no', 'ProxyCommand=exit 255']
}

/** `no_verify=1` and `known_hosts_verify=ignore` believe any host; `auto` believes one that is not known yet. */
function hostKeyOptions(uri: ConnectionUri): string[] {
  const file = uri.parameters.get('known_hosts')
  const verify = uri.parameters.get('known_hosts_verify') ?? 'normal'
  const options = file === undefined ? [] : [`UserKnownHostsFile=${configValue(file)}`]
  if (isSet(uri.parameters.get('no_verify')) || verify === 'ignore') return [...options, 'StrictHostKeyChecking=no']
  if (verify === 'auto') return [...options, 'StrictHostKeyChecking=accept-new']
  if (verify === 'normal') return options
  throw new TypeError(`known_hosts_verify=${verify} is none of normal, auto, ignore`)
}

/** `sshauth=` names the ways to log in, in order. */
function authOptions(uri: ConnectionUri): string[] {
  const wanted = uri.parameters.get('sshauth')
  if (wanted === undefined) return []
  const names = wanted.split(',')
  const methods = new Set(
    names.map((name) => {
      if (name === 'agent' || name === 'privkey') return 'publickey'
      if (name === 'password' || name === 'keyboard-interactive') return name
      throw new TypeError(`sshauth=${wanted}: '${name}' is none of agent, privkey, password, keyboard-interactive`)
    }),
  )
  return [
    `PreferredAuthentications=${[...methods].join(',')}`,
    ...(names.includes('privkey') && !names.includes('agent') ? ['IdentityAgent=none'] : []),
    ...(names.includes('agent') && !names.includes('privkey') ? ['IdentityFile=none'] : []),
  ]
}

/** A path as ssh's configuration reads it: spaces in quotes, percent signs doubled. */
function configValue(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`
}

function isSet(value: string | undefined): boolean {
  return /^0*[1-9]/.test(value ?? '')
}
