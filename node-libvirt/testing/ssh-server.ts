import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { endProcess } from './daemon-process.ts'
import { freePort } from './free-port.ts'
import { asTestUser, giveToTestUser, testUser } from './test-user.ts'

/** An sshd of its own on a port of this machine, unprivileged, with keys that are made for it. */
export interface SshServer {
  readonly port: number
  /** Who logs in: sshd without root's rights lets in its own user only. */
  readonly userName: string
  /** Files of the client: `key` is let in, `stranger` is not, `locked` is let in and has a passphrase. */
  readonly keys: Readonly<Record<'key' | 'stranger' | 'locked', string>>
  readonly knownHosts: string
  /** Runs ssh without any configuration of the user's, and writes its process id to `sshPid`. */
  readonly sshCommand: string
  readonly baseFolder: string
  /** The process id of the last ssh. */
  sshPid(): number
  /** Where ssh is to keep the keys of hosts that are confirmed. */
  newKnownHosts(name: string, content?: string): string
  stop(): Promise<void>
}

export const PASSPHRASE = 'open sesame'

/** @param settings more lines for sshd_config, in force before the usual ones */
export async function startSshServer(settings: readonly string[] = []): Promise<SshServer> {
  const user = testUser()
  const baseFolder = mkdtempSync(join(tmpdir(), 'ssh-'))
  chmodSync(baseFolder, 0o755)
  const own = join(baseFolder, 'server')
  mkdirSync(own, { mode: 0o700 })
  giveToTestUser(user, own)
  const keys = {
    key: newKey(join(baseFolder, 'key')),
    stranger: newKey(join(baseFolder, 'stranger')),
    locked: newKey(join(baseFolder, 'locked'), PASSPHRASE),
  }
  const hostKey = newKey(join(own, 'host-key'))
  const authorized = join(own, 'authorized-keys')
  writeFileSync(authorized, [keys.key, keys.locked].map((key) => readFileSync(`${key}.pub`, 'utf8')).join(''))
  for (const path of [hostKey, authorized]) giveToTestUser(user, path)
  const { child, port } = await listen(user, own, [
    ...settings,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorized}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
  ])
  const newKnownHosts = (name: string, content = '') => {
    const path = join(baseFolder, name)
    writeFileSync(path, content)
    return path
  }
  const pidFile = join(baseFolder, 'ssh-pid')
  const sshCommand = join(baseFolder, 'ssh')
  writeFileSync(sshCommand, `#!/bin/sh\necho $$ >${pidFile}\nexec ssh -F none "$@"\n`, { mode: 0o755 })
  const publicHostKey = readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  return {
    port,
    userName: user.name ?? execFileSync('id', ['-un'], { encoding: 'utf8' }).trim(),
    keys,
    knownHosts: newKnownHosts('known-hosts', `[127.0.0.1]:${port} ${publicHostKey}\n`),
    sshCommand,
    baseFolder,
    sshPid: () => Number(readFileSync(pidFile, 'utf8')),
    newKnownHosts,
    stop: async () => {
      await endProcess(child, 'SIGTERM')
      rmSync(baseFolder, { recursive: true, force: true })
    },
  }
}

function newKey(path: string, passphrase = ''): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', path])
  return path
}

/** Starts sshd and waits until it says that it listens. */
async function listen(
  user: ReturnType<typeof testUser>,
  folder: string,
  settings: readonly string[],
): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort()
  const config = join(folder, 'sshd-config')
  writeFileSync(config, [...settings, `Port ${port}`, ''].join('\n'))
  const [command = '', ...args] = asTestUser(user, ['/usr/sbin/sshd', '-D', '-e', '-f', config])
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const said: string[] = []
  const lines = createInterface(child.stderr)
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`sshd ended (${code}): ${said.join('\n')}`)))
    lines.on('line', (line) => {
      said.push(line)
      if (line.includes('Server listening')) resolve()
    })
  })
  return { child, port }
}

/** A folder with only these programs, to be the PATH of a host that lacks others. */
export function folderOfPrograms(server: SshServer, name: string, programs: readonly string[]): string {
  const folder = join(server.baseFolder, name)
  mkdirSync(folder)
  for (const program of programs) {
    copyFileSync(
      execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).trim(),
      join(folder, program),
    )
  }
  return folder
}
