import type { ConnectionUri } from '../uri.ts'

export interface SshUse {
  /** Somebody can be asked: by us, or by the user's own SSH_ASKPASS. */
  readonly mayAsk: boolean
  /** What ssh is to do there: a remote command, or `-W` to a port. */
  readonly purpose: { readonly command: string } | { readonly forwardTo: string }
}

/**
 * The arguments of the user's own ssh. Its configuration, agent and known hosts count as ever; the URI's parameters go
 * before them.
 * @throws TypeError for a URI without a host, or parameters that libvirt does not know
 */
export function sshArguments(uri: ConnectionUri, { mayAsk, purpose }: SshUse): string[] {
  if (uri.host === null) throw new TypeError(`${uri.text}: ssh needs a host`)
  const isBatch = !mayAsk || isSet(uri.parameters.get('no_tty'))
  const keyfile = uri.parameters.get('keyfile')
  const options = [...hostKeyOptions(uri), ...authOptions(uri), ...(isBatch ? ['BatchMode=yes'] : [])]
  return [
    ...('command' in purpose ? ['-T'] : ['-W', purpose.forwardTo]),
    ...['-e', 'none'],
    ...(uri.port === null ? [] : ['-p', String(uri.port)]),
    ...(uri.user === null ? [] : ['-l', uri.user]),
    ...(keyfile === undefined ? [] : ['-i', keyfile]),
    ...options.flatMap((option) => ['-o', option]),
    '--',
    uri.host,
    ...('command' in purpose ? [purpose.command] : []),
  ]
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
