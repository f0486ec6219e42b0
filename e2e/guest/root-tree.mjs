import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from './run-tool.mjs'

const overlay = fileURLToPath(new URL('overlay', import.meta.url))

const folders = [
  ...['bin', 'sbin', 'etc', 'usr/sbin', 'usr/bin', 'lib/modules', 'proc', 'sys', 'dev', 'run', 'tmp', 'data', 'root'],
  // acpid dies without these two.
  ...['var/log', 'var/run'],
]

// In order of dependence: insmod resolves nothing.
const modules = [
  'virtio/virtio_ring',
  'virtio/virtio',
  'virtio/virtio_pci_legacy_dev',
  'virtio/virtio_pci_modern_dev',
  'virtio/virtio_pci',
  '../net/core/failover',
  'net/net_failover',
  'net/virtio_net',
  'block/virtio_blk',
  'char/virtio_console',
  'virtio/virtio_balloon',
  'input/evdev',
  'acpi/button',
]

/**
 * Makes the guest's root file system from unpacked packages.
 * @param {string} unpacked
 * @param {string} tree
 * @param {readonly string[]} [furtherModules] loaded after the others, by their path below the kernel's drivers
 */
export function makeRootTree(unpacked, tree, furtherModules = []) {
  for (const folder of folders) mkdirSync(join(tree, folder), { recursive: true })
  installBusybox(join(unpacked, 'bin/busybox'), tree)
  installAgent(join(unpacked, 'usr/sbin/qemu-ga'), tree)
  installModules(join(unpacked, 'lib/modules'), tree, [...modules, ...furtherModules])
  cpSync(overlay, tree, { recursive: true, force: true })
}

/**
 * One link an applet, made here: `busybox --install` in the guest would come too early for /proc.
 * @param {string} busybox
 * @param {string} tree
 */
function installBusybox(busybox, tree) {
  copyFileSync(busybox, join(tree, 'bin/busybox'))
  const applets = runTool(busybox, ['--list']).toString().trim().split('\n')
  for (const applet of applets) {
    if (applet === 'busybox' || existsSync(join(overlay, 'sbin', applet))) continue
    symlinkSync('busybox', join(tree, 'bin', applet))
  }
}

/**
 * The agent with every library that it is linked to, at the same paths.
 * @param {string} agent
 * @param {string} tree
 */
function installAgent(agent, tree) {
  copyFileSync(agent, join(tree, 'usr/sbin/qemu-ga'))
  const listed = runTool('ldd', [agent]).toString()
  if (listed.includes('not found')) throw new Error(`The guest agent lacks libraries on this machine:\n${listed}`)
  for (const [library] of listed.matchAll(/\/\S+\.so\S*/g)) {
    mkdirSync(join(tree, dirname(library)), { recursive: true })
    copyFileSync(library, join(tree, library))
  }
}

/**
 * @param {string} installed the folder that holds one folder a kernel
 * @param {string} tree
 * @param {readonly string[]} paths
 */
function installModules(installed, tree, paths) {
  const [release] = readdirSync(installed)
  if (release === undefined) throw new Error('The kernel package holds no modules.')
  for (const path of paths) {
    const name = basename(path)
    copyFileSync(join(installed, release, 'kernel/drivers', `${path}.ko`), join(tree, 'lib/modules', `${name}.ko`))
    appendFileSync(join(tree, 'etc/modules'), `${name}\n`)
  }
}
