import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'

import { sshCommand } from 'node-libvirt'

import { deferred } from '../../../deferred.ts'
import type { HostAddress } from '../host-address.ts'
import type { HostPorts } from '../host-ports.ts'
import { sftpFiles } from './sftp-files.ts'
import { SftpSession } from './sftp-session.ts'
import { sshLogin, sshPrograms } from './ssh-programs.ts'

/** One connection of the user's own ssh to a host, through which go libvirt's bytes, its files and its programs. */
export interface SshLink {
  /** For `openConnection`. */
  readonly controlPath: string
  /** Of the ssh that has the connection. */
  readonly masterPid: number
  readonly ports: HostPorts
  /** Resolves when it is gone, whoever ended it. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/**
 * Has ssh connect once, and lets everything else share that: it authenticates once, and asks once.
 * @throws Error when ssh does not come through; why is told by the connection that libvirt would have made
 */
export async function openSshLink({ uri, place }: HostAddress, signal: AbortSignal): Promise<SshLink> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-ssh-')) // mode 0700, and short: the socket's path is limited
  const controlPath = join(folder, 'c')
  const master = start(sshCommand(uri, { masterAt: controlPath }))
  const closed = deferred<void>()
  const end = async () => {
    if (master.exitCode === null && master.signalCode === null) master.kill('SIGTERM')
    await closed.promise
  }
  const giveUp = () => void end()
  signal.addEventListener('abort', giveUp, { once: true })
  master.once('close', () => {
    rm(folder, { recursive: true, force: true }).then(closed.resolve, closed.resolve)
  })
  try {
    await ready(master)
    const [ports, stopFiles] = await openPorts(uri, controlPath, placeNameOf(place))
    master.once('close', stopFiles)
    return { controlPath, masterPid: master.pid ?? 0, ports, closed: closed.promise, close: end }
  } catch (error) {
    await end()
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

/** A host without SFTP, or a login without a shell, has what it has. */
async function openPorts(
  uri: string,
  controlPath: string,
  placeName: string,
): Promise<readonly [ports: HostPorts, stop: () => void]> {
  const login = await sshLogin(uri, controlPath).catch(() => null)
  if (login === null) return [{ files: null, programs: null, login: null }, () => undefined]
  const programs = sshPrograms(uri, controlPath)
  const channel = start(sshCommand(uri, { subsystem: 'sftp' }, { controlPath }))
  const session = new SftpSession(
    Duplex.from({ readable: channel.stdout ?? undefined, writable: channel.stdin ?? undefined }),
  )
  const stop = () => {
    session.close()
    channel.kill('SIGTERM')
  }
  try {
    await session.begun
    return [{ files: sftpFiles(session, programs, placeName), programs, login }, stop]
  } catch {
    stop()
    return [{ files: null, programs, login }, () => undefined]
  }
}

const placeNameOf = (place: HostAddress['place']) =>
  place.kind === 'ssh' ? `ssh://${place.host}:${place.port ?? 22}` : 'unknown'

/** A session of its own: no terminal to ask on, and no Ctrl-C that was meant for us. */
function start([program = 'ssh', ...words]: readonly string[]): ChildProcess {
  return spawn(program, words, { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
}

async function ready(master: ChildProcess): Promise<void> {
  const ended = Promise.race([once(master, 'error'), once(master, 'close')])
  const first = await Promise.race([
    once(master.stdout ?? master, 'data').then(() => 'ready'),
    ended.then(() => 'ended'),
  ])
  if (first === 'ended') throw new Error('ssh did not come through')
}
