// Builds the guest of the stories: an ISO that boots to a shell on the screen in seconds, with DHCP, a web server
// on port 80, the QEMU guest agent, a power button, and a shell on the serial line. Made from Debian's packages,
// without root; kept in the cache until one of them, or a file of this folder, changes.
// Usage: node e2e/guest/build.mjs   → prints the path of the ISO
import { createHash } from 'node:crypto'
import {
  copyFileSync,
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
import { gzipSync } from 'node:zlib'
import { cacheFolder } from './cache-folder.mjs'
import { guestPackages, packageVersions, unpackPackages } from './debian-files.mjs'
import { makeRootTree } from './root-tree.mjs'
import { runTool } from './run-tool.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

const bootMenu = `set timeout=0
terminal_output console
set gfxpayload=text
menuentry "Test guest" {
  linux /boot/vmlinuz console=ttyS0 console=tty0 quiet
  initrd /boot/initrd.img
}
`

/** @param {readonly string[]} packages */
function cacheKey(packages) {
  const hash = createHash('sha256').update(packageVersions(packages)).update(bootMenu)
  const entries = readdirSync(here, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.slice(here.length)).update(readFileSync(path))
  }
  return hash.digest('hex').slice(0, 16)
}

/**
 * @param {readonly string[]} packages
 * @param {string} iso
 */
function buildIso(packages, iso) {
  const scratch = mkdtempSync(join(tmpdir(), 'strata-guest-'))
  try {
    const [unpacked, tree, disc] = [join(scratch, 'unpacked'), join(scratch, 'tree'), join(scratch, 'disc')]
    mkdirSync(join(disc, 'boot/grub'), { recursive: true })
    unpackPackages(packages, scratch, unpacked)
    makeRootTree(unpacked, tree)

    const names = readdirSync(tree, { recursive: true }).map(String).sort()
    const archive = runTool('cpio', ['--create', '--format=newc', '--owner=0:0', '--quiet'], {
      cwd: tree,
      input: `${['.', ...names].join('\n')}\n`,
    })
    writeFileSync(join(disc, 'boot/initrd.img'), gzipSync(archive, { level: 6 }))
    const kernel = readdirSync(join(unpacked, 'boot')).find((name) => name.startsWith('vmlinuz-'))
    if (kernel === undefined) throw new Error('The kernel package holds no kernel.')
    copyFileSync(join(unpacked, 'boot', kernel), join(disc, 'boot/vmlinuz'))
    writeFileSync(join(disc, 'boot/grub/grub.cfg'), bootMenu)

    const unfinished = `${iso}.${process.pid}`
    runTool('grub-mkrescue', ['--output', unfinished, disc, '--', '-volid', 'STRATA_GUEST'])
    renameSync(unfinished, iso)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The guest's ISO, built where it is not in the cache. */
export function guestIso() {
  const packages = guestPackages()
  const folder = cacheFolder('guest')
  const iso = join(folder, `guest-${cacheKey(packages)}.iso`)
  if (existsSync(iso)) return iso
  buildIso(packages, iso)
  for (const name of readdirSync(folder)) {
    if (join(folder, name) !== iso) rmSync(join(folder, name), { force: true })
  }
  return iso
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(guestIso())
