import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root, runCommand, runOnTerminal } from './command.mjs'
import { chromiumExecutable, electronExecutable } from './windows.mjs'
import { ExpectedFailure } from './failure.mjs'
import { askConsent } from './question.mjs'

/**
 * @typedef {object} Need
 * @property {string} name the Debian package
 * @property {string} why
 * @property {() => boolean} isThere looks for the thing itself, so that other systems and own builds count too
 */

/** @param {string} name */
const program = (name) => () =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((folder) =>
    existsSync(join(folder, name)),
  )

/** @param {string[]} paths */
const file =
  (...paths) =>
  () =>
    paths.some((path) => existsSync(path))

/** Any of these programs. @param {string[]} names */
const oneOf =
  (...names) =>
  () =>
    names.some((name) => program(name)())

const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
const isArm = process.arch === 'arm64'
const isRoot = process.getuid?.() === 0

/** @type {Need[]} */
const toRun = [
  { name: 'libvirt-daemon', why: 'manages the machines', isThere: oneOf('libvirtd', 'virtqemud') },
  {
    name: 'libvirt-daemon-driver-qemu',
    why: 'lets libvirt run QEMU',
    isThere: file(...libraryFolders.map((folder) => `${folder}/libvirt/connection-driver/libvirt_driver_qemu.so`)),
  },
  isArm
    ? { name: 'qemu-system-arm', why: 'runs the machines', isThere: program('qemu-system-aarch64') }
    : { name: 'qemu-system-x86', why: 'runs the machines', isThere: program('qemu-system-x86_64') },
  { name: 'qemu-utils', why: 'makes and checks disk images', isThere: program('qemu-img') },
  isArm
    ? { name: 'qemu-efi-aarch64', why: 'firmware', isThere: file('/usr/share/AAVMF/AAVMF_CODE.fd') }
    : {
        name: 'ovmf',
        why: 'UEFI firmware',
        isThere: file('/usr/share/OVMF', '/usr/share/edk2/ovmf', '/usr/share/edk2/x64'),
      },
  { name: 'swtpm', why: 'gives machines a TPM', isThere: program('swtpm') },
  { name: 'dnsmasq-base', why: 'gives machines addresses', isThere: program('dnsmasq') },
]

// As root Strata uses the system's daemon, which wants its own user and its folders in /var/lib/libvirt.
/** @type {Need[]} */
const toRunAsRoot = [
  { name: 'libvirt-daemon-system', why: 'the system-wide daemon', isThere: file('/etc/libvirt/libvirtd.conf') },
]

/** @type {Need} */
const chromium = {
  name: 'chromium',
  why: 'shows the window, where Electron’s runtime is not installed',
  isThere: () => chromiumExecutable() !== null,
}

/** @type {Need[]} */
const toTest = [
  { name: 'libvirt-clients', why: 'virsh, the second opinion of the tests', isThere: program('virsh') },
  { name: 'busybox-static', why: 'the test guest', isThere: program('busybox') },
  { name: 'cpio', why: 'packs the test guest', isThere: program('cpio') },
  { name: 'e2fsprogs', why: 'makes the test guest’s disk', isThere: program('mke2fs') },
  { name: 'xorriso', why: 'makes ISO images', isThere: program('xorriso') },
  { name: 'grub-common', why: 'makes the ISO bootable', isThere: program('grub-mkrescue') },
  { name: 'grub-pc-bin', why: 'makes the ISO bootable', isThere: file('/usr/lib/grub/i386-pc/cdboot.img') },
  { name: 'mtools', why: 'makes the ISO bootable', isThere: program('mformat') },
  { name: 'ipxe', why: 'a real ISO for the stories', isThere: file('/usr/lib/ipxe/ipxe.iso') },
  {
    name: 'memtest86+',
    why: 'a real ISO for the stories',
    isThere: () =>
      existsSync('/usr/lib/memtest86+') && readdirSync('/usr/lib/memtest86+').some((name) => name.endsWith('.iso')),
  },
]

/** @type {Need[]} */
const toBench = [{ name: 'python3-libvirt', why: 'what node-libvirt is compared with', isThere: pythonHasLibvirt }]

function pythonHasLibvirt() {
  return existsSync('/usr/lib/python3/dist-packages/libvirt.py')
}

/**
 * What a purpose needs and this machine lacks.
 * @param {{ purpose: 'run' | 'test' | 'bench', window: boolean }} wanted `window`: a window is to be opened
 * @returns {Need[]}
 */
export function missingPackages({ purpose, window }) {
  const needs = [...toRun, ...(isRoot ? toRunAsRoot : [])]
  if (purpose === 'test' || (window && electronExecutable() === null)) needs.push(chromium)
  if (purpose === 'test') needs.push(...toTest)
  if (purpose === 'bench') needs.push(...toBench)
  return needs.filter((need) => !need.isThere())
}

/**
 * Installs what is missing, after saying what and asking.
 * @param {import('./progress.mjs').Progress} progress
 * @param {Need[]} missing
 * @param {{ yes: boolean }} options
 */
export async function ensureDebianPackages(progress, missing, { yes }) {
  if (missing.length === 0) return
  const names = missing.map((need) => need.name)
  progress.line('System packages that are missing:')
  for (const { name, why } of missing) progress.line(`  ${name.padEnd(28)} ${why}`)
  if (!program('apt-get')()) {
    throw new ExpectedFailure('These packages carry Debian’s names, and apt-get is not here.', {
      next: 'Install what carries the same programs in your distribution, then run this again.',
    })
  }
  const byHand = `sudo apt-get install --no-install-recommends ${names.join(' ')}`
  await askConsent('Install them now?', { yes, refused: byHand })
  const apt = await becomeRoot(byHand)
  await progress.step(`System packages (${names.length})`, (detail) => installWith(apt, names, byHand, detail))
  const stillMissing = missing.filter((need) => !need.isThere()).map((need) => need.name)
  if (stillMissing.length === 0) return
  throw new ExpectedFailure(`apt-get succeeded, and yet this is not found: ${stillMissing.join(', ')}.`, {
    next: `Look at what is installed: dpkg -L ${stillMissing.join(' ')}`,
  })
}

/**
 * How a program is run with root's rights on this machine.
 * @param {string} byHand
 * @returns {Promise<string[]>} words before the program's name
 */
async function becomeRoot(byHand) {
  if (isRoot) return []
  if (program('sudo')()) {
    // It asks for the password here and now; afterwards it stays quiet for some minutes.
    if ((await runOnTerminal('sudo', ['-v'])) === 0) return ['sudo']
    throw new ExpectedFailure('sudo refused.', { next: `Have somebody who may run: ${byHand}` })
  }
  if (program('pkexec')() && (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']) !== undefined) return ['pkexec']
  throw new ExpectedFailure('Installing needs root’s rights, and neither sudo nor pkexec is here.', {
    next: `As root, run: ${byHand.replace(/^sudo /, '')}   and then this again.`,
  })
}

/**
 * @param {string[]} prefix
 * @param {string[]} names
 * @param {string} byHand
 * @param {(text: string) => void} detail
 */
async function installWith(prefix, names, byHand, detail) {
  // Another apt may be at work (automatic upgrades): wait for its lock. Downloads are tried again.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
  const settings = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8']
  const apt = async (/** @type {string[]} */ ...args) => {
    const [first = 'env', ...rest] = [...prefix, ...settings, 'apt-get', ...options, ...args]
    return runCommand(first, rest, { onLine: detail, cwd: root })
  }
  const install = () => apt('install', '--yes', '--no-install-recommends', ...names)
  const first = await install()
  if (first.code === 0) return
  // Most often the package lists are absent or stale.
  const update = await apt('update')
  const second = update.code === 0 ? await install() : update
  if (second.code === 0) return
  throw new ExpectedFailure(`apt-get could not install ${names.join(', ')}.`, {
    output: second.output.split('\n').slice(-25).join('\n'),
    next: `Solve what it says above, or run it yourself: ${byHand}`,
  })
}
