import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

import { releasesOf } from './changelog.ts'
import type { Identity } from './identity.ts'
import { changelog, makeSteady, packed, put, putDesktopFiles, putProgram } from './program-tree.ts'

/** What the program cannot do without, and what makes it of use; as scripts/setup/debian-needs.mjs has them. */
const relations = {
  Depends: ['nodejs (>= 20.19)'],
  Recommends: [
    'chromium | google-chrome-stable | microsoft-edge-stable | brave-browser',
    'libvirt-daemon',
    'libvirt-daemon-driver-qemu',
    'qemu-system-x86 | qemu-system',
    'qemu-utils',
    'ovmf',
    'swtpm',
    'swtpm-tools',
    'osinfo-db',
    'dnsmasq-base',
    'acl',
    'bubblewrap',
  ],
  Suggests: ['libvirt-daemon-system', 'libvirt-clients', 'openssh-client', 'virtiofsd'],
}

/**
 * Makes the Debian package of the web shell: for every architecture, as it holds nothing compiled.
 * @param stage an empty folder
 * @param output the folder that gets it
 * @returns its path
 */
export function debianPackage(identity: Identity, stage: string, output: string, builtAt: Date): string {
  const usr = join(stage, 'usr')
  putProgram(usr, identity)
  putDesktopFiles(usr, identity, 'strata')
  put(join(usr, 'bin/strata'), '#!/bin/sh\nexec node /usr/lib/strata/dist/main/index.js "$@"\n', 0o755)
  const documents = join(usr, 'share/doc/strata')
  put(join(documents, 'copyright'), copyright(identity))
  put(join(documents, 'changelog.gz'), packed(debianChangelog(identity, builtAt)))
  put(join(stage, 'DEBIAN/control'), control(identity, installedKiB(usr)))
  put(join(stage, 'DEBIAN/md5sums'), sums(stage))
  makeSteady(stage, builtAt)
  const path = join(output, `strata_${identity.version}_all.deb`)
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', stage, path], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(Math.floor(builtAt.getTime() / 1000)) },
  })
  return path
}

function control({ version, author, homepage }: Identity, installed: number): string {
  return `Package: strata
Version: ${version}
Architecture: all
Section: admin
Priority: optional
Maintainer: ${author}
Installed-Size: ${installed}
Homepage: ${homepage}
${Object.entries(relations)
  .map(([name, packages]) => `${name}: ${packages.join(', ')}`)
  .join('\n')}
Description: virtual machines on libvirt and QEMU, in a window
 Strata makes a virtual machine from a cloud image in two clicks, or from an
 installation image in three; shows its screen, keeps moments of it that one can
 go back to, and lets one look through it, from the guest's address down to the
 disk that carries it.
 .
 It talks libvirt's own protocol and needs no database. The window is that of a
 browser of the Chromium family; without one, an address is printed.
`
}

/** Debian's own form of a changelog; before the first release there is one entry that says so. */
function debianChangelog({ version, author }: Identity, builtAt: Date): string {
  const releases = releasesOf(changelog())
  const entries =
    releases.length > 0
      ? releases
      : [{ version, date: builtAt.toISOString().slice(0, 10), points: ['Not released yet.'] }]
  return entries
    .map(({ version: number, date, points }) => {
      const day = new Date(`${date}T12:00:00Z`).toUTCString().replace('GMT', '+0000')
      const lines = points.map((point) => `  * ${point.match(/.{1,74}(?:\s|$)/g)?.join('\n    ') ?? point}`)
      return `strata (${number}) unstable; urgency=medium\n\n${lines.map((line) => line.trimEnd()).join('\n')}\n\n -- ${author}  ${day}\n`
    })
    .join('\n')
}

const copyright = ({
  author,
  homepage,
}: Identity) => `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Strata
Upstream-Contact: ${author}
Source: ${homepage}
Comment: The licences of everything that is bundled stand in
 /usr/lib/strata/dist/renderer/third-party-notices.txt

Files: *
Copyright: 2026 Strata contributors
License: Expat
${readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8')
  .split('\n')
  .slice(4)
  .map((line) => (line === '' ? ' .' : ` ${line}`))
  .join('\n')
  .replace(/(?:\n \.)+$/, '')}
`

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const installedKiB = (folder: string) =>
  filesBelow(folder).reduce((sum, path) => sum + Math.ceil(statSync(path).size / 1024), 0)

const sums = (stage: string) =>
  filesBelow(join(stage, 'usr'))
    .map((path) => `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${relative(stage, path)}\n`)
    .join('')
