/** How libosinfo's short names are written by those whose they are; other names get a capital. */
const spelledNames: Readonly<Record<string, string | undefined>> = {
  almalinux: 'AlmaLinux',
  altlinux: 'ALT Linux',
  alpinelinux: 'Alpine Linux',
  archlinux: 'Arch Linux',
  centos: 'CentOS',
  'centos-stream': 'CentOS Stream',
  freebsd: 'FreeBSD',
  gnome: 'GNOME OS',
  linuxmint: 'Linux Mint',
  macosx: 'macOS',
  netbsd: 'NetBSD',
  nixos: 'NixOS',
  openbsd: 'OpenBSD',
  opensuse: 'openSUSE',
  rhel: 'Red Hat Enterprise Linux',
  sles: 'SUSE Linux Enterprise Server',
  win: 'Windows',
  winnt: 'Windows NT',
}

const longestName = 80

/** 'Debian 12' for libosinfo's http://debian.org/debian/12; null where there is nothing to read a name from. */
export function osNameOf(osId: string | null): string | null {
  if (osId === null) return null
  const [name = '', version = ''] = osId.replace(/^[a-z]+:\/\/[^/]*\//, '').split('/')
  if (name === '') return null
  const spelled = spelledNames[name] ?? name.charAt(0).toUpperCase() + name.slice(1)
  return `${spelled} ${version === 'unknown' ? '' : version}`.trim().slice(0, longestName)
}
