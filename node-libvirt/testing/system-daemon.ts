import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endProcess, startDaemonProcess } from './daemon-process.ts'
import { asTestUser, giveToTestUser, testUser, type TestUser } from './test-user.ts'

/** A libvirtd that takes itself for the system's: it has drivers that a session's lacks, such as nwfilter and interface. */
export interface SystemDaemon {
  readonly uri: string
  /** A network device that filters can be bound to. */
  readonly device: string
  stop(): Promise<void>
}

const DEVICE = 'card0'
const namespaces = ['unshare', '--user', '--map-root-user', '--net', '--mount']

/** Whether an ordinary user of this machine may have namespaces of its own. */
export function canStartSystemDaemon(): boolean {
  const [program = '', ...args] = asTestUser(testUser(), [...namespaces, 'true'])
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** Its root is our unprivileged user, its network is empty, and its folders are in ours: it sees and touches nothing else. */
const ENTER = [
  'set -e',
  'folder=$1 root=$2',
  'shift 2',
  'mount --bind "$folder/run" "$root/run"',
  'mount --bind "$folder/etc" "$root/etc/libvirt"',
  'mount --bind "$folder/lib" "$root/var/lib/libvirt"',
  'mount --bind "$folder/cache" "$root/var/cache/libvirt"',
  'mount --bind "$folder/log" "$root/var/log"',
  'ip link set lo up',
  `ip link add ${DEVICE} type bridge`,
  'exec chroot "$root" "$@"',
].join('\n')

export async function startSystemDaemon(): Promise<SystemDaemon> {
  const user = testUser()
  const baseFolder = mkdtempSync(join(tmpdir(), 'nl-system-'))
  chmodSync(baseFolder, 0o755)
  giveToTestUser(user, baseFolder)
  for (const name of ['run', 'run/libvirt', 'etc', 'lib', 'lib/dnsmasq', 'cache', 'log']) {
    mkdirSync(join(baseFolder, name), { mode: 0o755 })
    giveToTestUser(user, join(baseFolder, name))
  }
  // No other user is known in there, and nobody but us can reach the socket.
  writeFileSync(join(baseFolder, 'etc/qemu.conf'), 'user = "root"\ngroup = "root"\n')
  writeFileSync(join(baseFolder, 'etc/libvirtd.conf'), 'auth_unix_rw = "none"\nunix_sock_rw_perms = "0777"\n')
  const socketPath = join(baseFolder, 'run/libvirt/libvirt-sock')
  const root = process.env['STRATA_DAEMON_ROOT'] ?? '/'
  const enter = (as: TestUser, command: readonly string[]) =>
    asTestUser(as, [...namespaces, 'sh', '-c', ENTER, 'sh', baseFolder, root, ...command])
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: baseFolder }
  const daemon = await startDaemonProcess({
    program: '/usr/sbin/libvirtd',
    ...{ baseFolder, env, user, socketPath, enter },
  })
  return {
    uri: `qemu+unix:///system?socket=${socketPath}`,
    device: DEVICE,
    async stop() {
      await endProcess(daemon, 'SIGTERM')
      rmSync(baseFolder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
