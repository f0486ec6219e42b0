// Makes an installation medium out of Debian's package with its real installer: kernel and initrd lie where they lie on
// Debian's own network installation CD, and the label is like that one's. Without root; kept in the cache until the
// package, or this file, changes.
// Usage: node e2e/installer/build.mjs   → prints the path of the ISO
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from '../guest/cache-folder.mjs'
import { packageVersions, unpackPackages } from '../guest/debian-files.mjs'
import { runTool } from '../guest/run-tool.mjs'

const packages = ['debian-installer-12-netboot-amd64']
const inPackage = 'usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64'

/** Like the one on Debian's CD, it waits for somebody to choose. */
const bootMenu = `terminal_output console
set gfxpayload=text
menuentry "Install" {
  linux /install.amd/vmlinuz vga=788 --- quiet
  initrd /install.amd/initrd.gz
}
`

/** '…_20230607+deb12u15_all.deb' is of the fifteenth point release. @param {string} versions */
function volumeLabel(versions) {
  const point = /\+deb12u(\d+)/.exec(decodeURIComponent(versions))?.[1] ?? '0'
  return `Debian 12.${point}.0 amd64 n`
}

/**
 * @param {string} label
 * @param {string} iso
 */
function buildIso(label, iso) {
  const scratch = mkdtempSync(join(tmpdir(), 'strata-installer-'))
  try {
    const [unpacked, disc] = [join(scratch, 'unpacked'), join(scratch, 'disc')]
    for (const folder of ['boot/grub', 'install.amd', '.disk']) mkdirSync(join(disc, folder), { recursive: true })
    unpackPackages(packages, scratch, unpacked)
    renameSync(join(unpacked, inPackage, 'linux'), join(disc, 'install.amd/vmlinuz'))
    renameSync(join(unpacked, inPackage, 'initrd.gz'), join(disc, 'install.amd/initrd.gz'))
    writeFileSync(join(disc, '.disk/info'), `${label}\n`)
    writeFileSync(join(disc, 'boot/grub/grub.cfg'), bootMenu)
    const unfinished = `${iso}.${process.pid}`
    runTool('grub-mkrescue', ['--output', unfinished, disc, '--', '-volid', label])
    renameSync(unfinished, iso)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The installer's ISO, built where it is not in the cache. */
export function installerIso() {
  const versions = packageVersions(packages)
  const key = createHash('sha256')
    .update(versions)
    .update(readFileSync(fileURLToPath(import.meta.url)))
  const folder = cacheFolder('installer')
  const iso = join(folder, `debian-12-netinst-${key.digest('hex').slice(0, 16)}.iso`)
  if (existsSync(iso)) return iso
  buildIso(volumeLabel(versions), iso)
  for (const name of readdirSync(folder)) {
    if (join(folder, name) !== iso) rmSync(join(folder, name), { force: true })
  }
  return iso
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(installerIso())
