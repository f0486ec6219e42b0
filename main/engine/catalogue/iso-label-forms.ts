/** How the makers of a distribution write the labels of its media. */
export interface LabelForm {
  readonly distro: string
  readonly line?: string
  /** Groups: `version` or `major` and `minor`; `arch`. */
  readonly pattern: RegExp
  readonly live?: RegExp
  readonly server?: RegExp
}

/** A label has 32 characters, and each of these patterns has one way only to match it. */
export const labelForms: readonly LabelForm[] = [
  { distro: 'debian', pattern: /^Debian (?<version>\d+)\.\d+(?:\.\d+)? (?<arch>\w+) (?:n|\d+)$/ },
  { distro: 'debian', pattern: /^d-live (?<version>\d+)\.\d+(?:\.\d+)? \w+ (?<arch>\w+)$/, live: /^d-live/ },
  {
    distro: 'ubuntu',
    pattern:
      /^[A-Z][A-Za-z-]*u(?:-Server|-MATE| [A-Z][a-z]+)? (?<version>\d\d\.\d\d)(?:\.\d+)?(?: LTS)?(?: (?<arch>\w+))?$/,
    live: /^/,
    server: /^Ubuntu-Server /,
  },
  { distro: 'fedora', line: 'silverblue', pattern: /^Fedora-SB-ostree-(?<arch>\w+)-(?<version>\d+)$/ },
  { distro: 'fedora', line: 'fedora', pattern: /^Fedora-[A-Z]+-dvd-(?<arch>\w+)-(?<version>\d+)$/i },
  { distro: 'fedora', line: 'fedora', pattern: /^Fedora-[A-Za-z_]+-Live-(?<version>\d+)(?:-|$)/, live: /^/ },
  {
    distro: 'almalinux',
    pattern: /^AlmaLinux-(?<version>\d+)[-_.]\d+-(?<arch>x86_64|aarch64|ppc64le|s390x)(?:-|$)/,
    live: /Live/,
  },
  { distro: 'rocky', pattern: /^Rocky-(?<version>\d+)-\d+-(?<arch>x86_64|aarch64|ppc64le|s390x|riscv64)-dvd$/ },
  { distro: 'rocky', pattern: /^Rocky-(?<version>\d+)-\d+-[A-Z]/, live: /^/ },
  { distro: 'centos', line: 'centos-stream', pattern: /^CentOS-Stream-(?<version>\d+)-BaseOS-(?<arch>\w+)$/ },
  { distro: 'rhel', line: 'rhel', pattern: /^RHEL-(?<major>\d+)-(?<minor>\d+)(?:-\d+)?-BaseOS-(?<arch>\w+)$/ },
  { distro: 'ol', pattern: /^OL-(?<major>\d+)-(?<minor>\d+)-\d+-BaseOS-(?<arch>\w+)$/ },
  { distro: 'sle', pattern: /^SLE-(?<major>\d+)-SP(?<minor>\d)-[A-Za-z]+-(?<arch>x86_64|aarch64|ppc64le|s390x)/ },
  { distro: 'opensuse', pattern: /^openSUSE_Leap_(?<version>\d+\.\d+)_[A-Za-z]+_Live$/, live: /^/ },
  {
    distro: 'opensuse',
    pattern: /^openSUSE-Leap-(?<version>\d+\.\d+)-(?:DVD|NET)-(?<arch>x86_64|aarch64|ppc64le|s390x)/,
  },
  {
    distro: 'opensuse',
    pattern: /^(?:openSUSE-|Install-)?Leap-(?<version>\d+\.\d+)[-.](?:[a-z-]*-)?(?<arch>x86_64|aarch64|ppc64le|s390x)/,
  },
  { distro: 'alpinelinux', pattern: /^alpine-[a-z]+ v?(?<version>\d+\.\d+)\.\d+ (?<arch>\w+)$/ },
  {
    distro: 'freebsd',
    pattern: /^(?<major>\d+)_(?<minor>\d+)_RELEASE_(?:P\d+_)?(?<arch>AMD64|I386|AARCH64|ARM64|POWERPC64LE|POWERPC64)_/,
  },
  { distro: 'nixos', pattern: /^nixos-(?:[a-z0-9]+-)?(?<version>\d\d\.\d\d)-(?<arch>\w+)$/ },
  { distro: 'openbsd', pattern: /^OpenBSD\/(?<arch>\w+) +(?<version>\d+\.\d) / },
  { distro: 'netbsd', pattern: /^NETBSD_(?<major>\d+)(?<minor>\d)$/ },
  { distro: 'archlinux', pattern: /^ARCH_\d{6}$/, live: /^/ },
  { distro: 'win', line: 'win2k', pattern: /^SSS_(?<arch>X64|A64)FREE?_/, server: /^/ },
  { distro: 'win', line: 'win1', pattern: /^(?:J_)?C[A-Z]{2,5}_(?<arch>X64|A64)FRE[EV]?_/ },
  // Systems that are made from another, or that name no release that could be told from here.
  { distro: 'debian', pattern: /^(?:Kali|Parrot|Proxmox|PVE|Devuan|MX-|antiX|LMDE)/i, live: /Live/i },
  { distro: 'ubuntu', pattern: /^(?:Linux ?Mint|Zorin|elementary|Pop[_!]OS|KDE neon|neon )/i, live: /^/ },
  { distro: 'rhel', line: 'rhel', pattern: /^EL-(?<major>\d+)-(?<minor>\d+)-(?<arch>\w+)-/ },
  { distro: 'archlinux', pattern: /^(?:EOS_|EndeavourOS|ARTIX|GARUDA|CachyOS)/i, live: /^/ },
  { distro: 'fedora', line: 'fedora', pattern: /^Fedora\b/i, live: /Live/i },
  ...['Debian', 'Ubuntu', 'AlmaLinux', 'Rocky', 'CentOS', 'RHEL', 'openSUSE', 'Alpine', 'FreeBSD'].map(
    (name): LabelForm => ({ distro: distroNamed(name), pattern: new RegExp(`^${name}\\b`, 'i'), live: /Live/i }),
  ),
  ...['NixOS', 'Mageia', 'OpenBSD', 'Gentoo'].map((name): LabelForm => ({
    distro: name.toLowerCase(),
    pattern: new RegExp(`^${name}\\b`, 'i'),
    live: /Live/i,
  })),
]

function distroNamed(name: string): string {
  return name === 'Alpine' ? 'alpinelinux' : name.toLowerCase()
}
