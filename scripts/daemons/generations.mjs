/**
 * @typedef {object} Generation
 * @property {string} suite Debian's release
 * @property {string} libvirt the version's first two numbers
 * @property {string} qemu
 */

/** The daemons that node-libvirt is tested against: those of Debian's last three releases. @type {Generation[]} */
export const generations = [
  { suite: 'bullseye', libvirt: '7.0', qemu: '5.2' },
  { suite: 'bookworm', libvirt: '9.0', qemu: '7.2' },
  { suite: 'trixie', libvirt: '11.3', qemu: '10.0' },
]

const isArm = process.arch === 'arm64'

/**
 * What a tree holds: the daemon, its drivers and helpers, and what they run.
 * @param {string} suite
 */
export function packagesOf(suite) {
  return [
    'libvirt-daemon-system',
    'libvirt-daemon-driver-qemu',
    'libvirt-clients',
    ...(isArm ? ['qemu-system-arm', 'qemu-efi-aarch64'] : ['qemu-system-x86', 'ovmf']),
    'qemu-utils',
    'libsasl2-modules',
    // In bullseye this is where SCRAM is.
    ...(suite === 'bullseye' ? ['libsasl2-modules-gssapi-mit'] : []),
  ]
}
