import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromiumExecutable, electronExecutable } from './windows.mjs'

/**
 * @typedef {object} Need
 * @property {string} name the Debian package
 * @property {string} why
 * @property {() => boolean} isThere looks for the thing itself, so that other systems and own builds count too
 */

/** Whether a program is installed, also where ordinary users do not look. @param {string} name */
export const program = (name) => () =>
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
  { name: 'swtpm-tools', why: 'sets a machine’s TPM up', isThere: program('swtpm_setup') },
  {
    name: 'osinfo-db',
    why: 'knows what each operating system needs',
    isThere: file('/usr/share/osinfo/os', '/usr/local/share/osinfo/os'),
  },
  { name: 'dnsmasq-base', why: 'gives machines addresses', isThere: program('dnsmasq') },
  { name: 'acl', why: 'lets QEMU through one folder and no further', isThere: program('setfacl') },
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

/** @type {Need} */
const archiveKeyring = {
  name: 'debian-archive-keyring',
  why: 'tells that what bare systems are made of is Debian’s',
  isThere: file('/usr/share/keyrings/debian-archive-keyring.gpg'),
}

/** @type {Need[]} */
const toTest = [
  { name: 'libvirt-clients', why: 'virsh, the second opinion of the tests', isThere: program('virsh') },
  { name: 'openssh-client', why: 'connections by ssh', isThere: program('ssh') },
  { name: 'openssh-server', why: 'an sshd of the tests’ own, for connections by ssh', isThere: program('sshd') },
  { name: 'netcat-openbsd', why: 'connections by ssh to hosts without virt-ssh-helper', isThere: program('nc') },
  { name: 'openssl', why: 'makes certificates for a daemon that speaks TLS', isThere: program('openssl') },
  { name: 'sasl2-bin', why: 'makes the users of a daemon that wants a password', isThere: program('saslpasswd2') },
  {
    name: 'libsasl2-modules',
    why: 'lets that daemon check passwords',
    isThere: file(...libraryFolders.map((folder) => `${folder}/sasl2/libscram.so`)),
  },
  {
    name: 'polkitd',
    why: 'a daemon that asks polkit',
    isThere: file('/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd'),
  },
  { name: 'dbus-daemon', why: 'a bus of polkit’s own', isThere: program('dbus-daemon') },
  { name: 'libxml2-utils', why: 'checks definitions by libvirt’s own schema', isThere: program('xmllint') },
  { name: 'iproute2', why: 'network cards of the tests’ own', isThere: program('ip') },
  { name: 'iptables', why: 'networks and filters of a daemon in a network of its own', isThere: program('ebtables') },
  { name: 'busybox-static', why: 'the test guest', isThere: program('busybox') },
  { name: 'cpio', why: 'packs the test guest', isThere: program('cpio') },
  { name: 'gpg', why: 'signs what the tests download', isThere: program('gpg') },
  { name: 'gpg-agent', why: 'keeps the key for that', isThere: program('gpg-agent') },
  { name: 'xz-utils', why: 'packs what the tests download', isThere: program('xz') },
  { name: 'bubblewrap', why: 'shuts in what reads the tests’ hostile images', isThere: program('bwrap') },
  { name: 'e2fsprogs', why: 'makes the test guest’s disk', isThere: program('mke2fs') },
  { name: 'xorriso', why: 'makes ISO images', isThere: program('xorriso') },
  { name: 'grub-common', why: 'makes the ISO bootable', isThere: program('grub-mkrescue') },
  { name: 'grub-pc-bin', why: 'makes the ISO bootable', isThere: file('/usr/lib/grub/i386-pc/cdboot.img') },
  { name: 'mtools', why: 'makes the ISO bootable', isThere: program('mformat') },
  { name: 'xvfb', why: 'a screen in memory, for the window that Strata opens itself', isThere: program('Xvfb') },
  { name: 'lintian', why: 'judges the Debian package', isThere: program('lintian') },
  { name: 'desktop-file-utils', why: 'judges the desktop entry', isThere: program('desktop-file-validate') },
  { name: 'appstream', why: 'judges what software centres show', isThere: program('appstreamcli') },
  { name: 'man-db', why: 'shows the manual page', isThere: program('man') },
  { name: 'mmdebstrap', why: 'makes the bare Debian that packages are tried in', isThere: program('mmdebstrap') },
  archiveKeyring,
  { name: 'ipxe', why: 'a real ISO for the stories', isThere: file('/usr/lib/ipxe/ipxe.iso') },
  {
    name: 'memtest86+',
    why: 'a real ISO for the stories',
    isThere: () =>
      existsSync('/usr/lib/memtest86+') && readdirSync('/usr/lib/memtest86+').some((name) => name.endsWith('.iso')),
  },
]

// For the daemons of other generations: npm run test:daemons.
/** @type {Need[]} */
const toTestDaemons = [
  { name: 'mmdebstrap', why: 'makes the folders with older and newer daemons', isThere: program('mmdebstrap') },
  archiveKeyring,
]

/** @type {Need[]} */
const toBench = [
  { name: 'python3-libvirt', why: 'what node-libvirt is compared with', isThere: pythonHasLibvirt },
  { name: 'websockify', why: 'what the consoles’ bridge is compared with', isThere: program('websockify') },
]

function pythonHasLibvirt() {
  return existsSync('/usr/lib/python3/dist-packages/libvirt.py')
}

/**
 * What a purpose needs and this machine lacks.
 * @param {{ purpose: 'run' | 'test' | 'test-daemons' | 'bench', window: boolean }} wanted `window`: a window is to be opened
 * @returns {Need[]}
 */
export function missingPackages({ purpose, window }) {
  const needs = [...toRun, ...(isRoot ? toRunAsRoot : [])]
  if (purpose === 'test' || (window && electronExecutable() === null)) needs.push(chromium)
  if (purpose === 'test' || purpose === 'test-daemons') needs.push(...toTest)
  if (purpose === 'test-daemons') needs.push(...toTestDaemons)
  if (purpose === 'bench') needs.push(...toBench)
  return needs.filter((need) => !need.isThere())
}
