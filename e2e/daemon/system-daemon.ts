import { spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { endProcess, untilListening } from '../../node-libvirt/testing/daemon-process.ts'
import { runTool } from '../guest/run-tool.mjs'
import type { StoryDaemon } from './story-daemon.ts'

/** Libvirt's own folders, and what stands in their place. */
const places = {
  etc: '/etc/libvirt',
  run: '/run/libvirt',
  lib: '/var/lib/libvirt',
  cache: '/var/cache/libvirt',
  log: '/var/log/libvirt',
}
const bridge = 'br0'

export interface SystemDaemon extends StoryDaemon {
  /** Asks a guest's web server, from where the bridge is; gives what it answered. */
  fetchText(url: string): Promise<string>
}

/**
 * The system's daemon, root's, in namespaces of its own: its folders are made for this run, and its network has nothing but
 * a bridge with a DHCP server on it. Neither this computer's daemon nor its network is touched. Needs root.
 */
export async function startSystemDaemon(): Promise<SystemDaemon> {
  const baseFolder = mkdtempSync(join(tmpdir(), 'sd-'))
  chmodSync(baseFolder, 0o755)
  const folder = (name: string) => {
    const path = join(baseFolder, name)
    mkdirSync(path, { recursive: true })
    return path
  }
  for (const name of [...Object.keys(places), 'data', 'home']) folder(name)
  settings(join(baseFolder, 'etc'))
  const socketPath = join(baseFolder, 'run/libvirt-sock')
  const child = await startInNamespaces(baseFolder, socketPath)
  // Its root as well: who enters mounts from a chroot would otherwise stand outside of it.
  const enter = ['nsenter', '--target', String(child.pid), '--mount', '--root', '--']
  const command = (words: readonly string[]) => [...enter, ...words]
  return {
    socketPath,
    baseFolder,
    dataFolder: join(baseFolder, 'data'),
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: join(baseFolder, 'home') },
    user: { name: null, userId: 0, groupId: 0 },
    hostUri: 'qemu:///system',
    scope: 'system',
    uri: (driverUri) => driverUri,
    command,
    fetchText: (url) => Promise.resolve(fetchInside(child.pid ?? 0, url)),
    kill: () => Promise.reject(new Error('The system’s daemon is not killed in stories.')),
    start: () => Promise.resolve(),
    async stop() {
      const guests = pidsBelow(join(baseFolder, 'run/qemu'))
      await endProcess(child, 'SIGTERM')
      for (const pid of [...guests, ...pidsBelow(baseFolder)]) endPid(pid)
      rmSync(baseFolder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Nothing of this computer's own: its pools, networks and settings are somebody's. */
function settings(etc: string): void {
  // Without a log daemon and control groups; this run's own folders are protection enough. As root, because where QEMU's own
  // user may not open /dev/kvm, libvirt takes what it knows of the emulator for outdated at every call.
  const qemu = ['stdio_handler = "file"', 'security_driver = "none"', 'namespaces = []', 'cgroup_controllers = []']
  writeFileSync(join(etc, 'qemu.conf'), `${[...qemu, 'user = "root"', 'group = "root"'].join('\n')}\n`)
  writeFileSync(join(etc, 'libvirtd.conf'), 'auth_unix_rw = "none"\nauth_unix_ro = "none"\n')
}

async function startInNamespaces(baseFolder: string, socketPath: string) {
  const mounts = Object.entries(places).map(
    ([name, place]) => `mkdir -p ${place} && mount --bind "$1/${name}" ${place}`,
  )
  const script = [
    'set -e',
    ...mounts,
    'mount -t sysfs sysfs /sys', // shows the cards of this network, and not the computer's
    'ip link set lo up',
    `ip link add ${bridge} type bridge && ip addr add 192.168.77.1/24 dev ${bridge} && ip link set ${bridge} up`,
    `dnsmasq --conf-file=/dev/null --user=root --interface=${bridge} --bind-interfaces --dhcp-range=192.168.77.10,192.168.77.99,1h --dhcp-leasefile="$1/leases" --pid-file="$1/dnsmasq.pid" --port=0`,
    'exec libvirtd -t 0 --pid-file "$1/libvirtd.pid"', // the usual place is taken where the computer's own daemon runs
  ]
  const log = openSync(join(baseFolder, 'libvirtd.log'), 'a')
  const words = ['--net', '--mount', '--propagation', 'private', 'bash', '-c', script.join('\n'), 'bash', baseFolder]
  const child = spawn('unshare', words, { cwd: '/', detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => {
      reject(
        new Error(`The system’s daemon ended (${code}): ${readFileSync(join(baseFolder, 'libvirtd.log'), 'utf8')}`),
      )
    })
  })
  ended.catch(() => undefined)
  await Promise.race([untilListening({ path: socketPath }), ended])
  return child
}

function fetchInside(pid: number, url: string): string {
  const program = 'console.log(await (await fetch(process.argv[1])).text())'
  const node = [process.execPath, '--input-type=module', '--eval', program, url]
  return runTool('nsenter', ['--target', String(pid), '--net', '--', ...node]).toString()
}

function pidsBelow(folder: string): number[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pid'))
    .map((name) => Number(readFileSync(join(folder, name), 'utf8')))
}

function endPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
