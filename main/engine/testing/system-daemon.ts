import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { endProcess, startDaemonProcess } from '../../../node-libvirt/testing/daemon-process.ts'
import type { RealDaemon } from '../../../node-libvirt/testing/real-daemon.ts'

/** Only root can run guests as another user. */
export const canRunSystemDaemon = process.getuid?.() === 0

const namespaces = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc']

/** Folders that libvirt keeps things in become those of the test, with settings of its own: this computer's are somebody's. */
const ENTER = [
  'set -e',
  'base=$1',
  'shift',
  'mount --make-rprivate /',
  'mkdir "$base/etc"',
  `printf 'auth_unix_rw = "none"\\nauth_unix_ro = "none"\\n' > "$base/etc/libvirtd.conf"`,
  `echo 'namespaces = []' > "$base/etc/qemu.conf"`, // a guest's own /dev could not hold the stand-in for /dev/kvm
  'mkdir -p /var/lib/libvirt /var/cache/libvirt /etc/libvirt',
  'mount --bind "$base/run" /run',
  'mount --bind "$base/lib" /var/lib/libvirt',
  'mount --bind "$base/cache" /var/cache/libvirt',
  'mount --bind "$base/log" /var/log',
  'mount --bind "$base/etc" /etc/libvirt',
  // A KVM that is there and does not work is tried anew at each question; guests of tests are emulated anyhow.
  'if [ -e /dev/kvm ]; then mount --bind "$base/no-kvm" /dev/kvm; fi',
  'chown libvirt-qemu /var/lib/libvirt/qemu',
  'ip link set lo up',
  'virtlogd -t 0 &',
  '"$@" &',
  'wait $!', // the first process of its namespace has to reap what others leave
].join('\n')

/** Probing QEMU takes seconds, and far more on a busy computer: its result is kept between runs. */
function shareEmulatorProbes(baseFolder: string): void {
  const probes = join(process.env['STRATA_TEST_CACHE'] ?? join(tmpdir(), 'strata-cache-system'), 'system-capabilities')
  mkdirSync(probes, { recursive: true })
  mkdirSync(join(baseFolder, 'cache/qemu'))
  symlinkSync(probes, join(baseFolder, 'cache/qemu/capabilities'))
}

/** A system daemon of the test's own: it runs guests as libvirt-qemu, and makes NAT networks that nobody outside sees. */
export async function startSystemDaemon(): Promise<RealDaemon> {
  const baseFolder = mkdtempSync(join(tmpdir(), 'sd-'))
  chmodSync(baseFolder, 0o755)
  const dataFolder = join(baseFolder, 'data')
  const folders = ['data', 'run', 'run/libvirt', 'lib', 'lib/qemu', 'lib/dnsmasq', 'lib/images', 'cache', 'log']
  for (const name of folders) mkdirSync(join(baseFolder, name), { mode: 0o755 })
  writeFileSync(join(baseFolder, 'no-kvm'), '', { mode: 0o600 })
  shareEmulatorProbes(baseFolder)
  const socketPath = join(baseFolder, 'run/libvirt/libvirt-sock')
  const user = { name: null, userId: 0, groupId: 0 }
  const daemon = await startDaemonProcess({
    program: '/usr/sbin/libvirtd',
    ...{ baseFolder, user, socketPath },
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    enter: (_, command) => [...namespaces, 'sh', '-c', ENTER, 'sh', baseFolder, ...command],
  })
  const end = () => endProcess(daemon, 'SIGTERM') // takes everything in its namespaces with it
  return {
    ...{ socketPath, baseFolder, dataFolder, user, env: {} },
    uri: (driverUri) => `${driverUri.replace(/^(\w+):/, '$1+unix:')}?socket=${socketPath}`,
    kill: end,
    start: () => Promise.reject(new Error('This daemon is started once.')),
    async stop() {
      await end()
      rmSync(baseFolder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
