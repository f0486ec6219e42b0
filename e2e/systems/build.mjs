// Builds two systems that set themselves up, from Debian's packages and without root; kept in the cache until a package or
// a file of this folder changes:
// - a cloud image: a qcow2 disk that boots and reads a NoCloud seed;
// - an installer: an ISO with the label and the paths of Ubuntu's server medium, which writes that disk, by its answers
//   (`autoinstall` on the kernel's command line) or when somebody types the command.
// Usage: node e2e/systems/build.mjs   → prints both paths
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
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
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { cacheFolder } from '../guest/cache-folder.mjs'
import { guestPackages, packageVersions, unpackPackages } from '../guest/debian-files.mjs'
import { makeRootTree } from '../guest/root-tree.mjs'
import { runTool } from '../guest/run-tool.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const guestFolder = fileURLToPath(new URL('../guest', import.meta.url))
// To read a seed's ISO: what the plain guest does without.
const furtherModules = [
  'cdrom/cdrom',
  '../fs/isofs/isofs',
  'scsi/scsi_common',
  'scsi/scsi_mod',
  'scsi/sr_mod',
  'scsi/virtio_scsi',
]

/** @param {string} folder */
function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** @param {readonly string[]} packages */
function cacheKey(packages) {
  const hash = createHash('sha256').update(packageVersions(packages))
  for (const path of [...filesBelow(here), ...filesBelow(guestFolder)].sort()) hash.update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

/** @param {string} tree */
function initramfs(tree) {
  const names = readdirSync(tree, { recursive: true }).map(String).sort()
  const archive = runTool('cpio', ['--create', '--format=newc', '--owner=0:0', '--quiet'], {
    cwd: tree,
    input: `${['.', ...names].join('\n')}\n`,
  })
  return gzipSync(archive, { level: 6 })
}

/**
 * A medium that boots from a CD drive and, written to a disk, from there.
 * @param {{ disc: string, label: string, kernel: string, initrd: Buffer, paths: { kernel: string, initrd: string }, output: string }} medium
 */
function bootableMedium({ disc, label, kernel, initrd, paths, output }) {
  for (const path of Object.values(paths)) mkdirSync(join(disc, dirname(path)), { recursive: true })
  mkdirSync(join(disc, 'boot/grub'), { recursive: true })
  copyFileSync(kernel, join(disc, paths.kernel))
  writeFileSync(join(disc, paths.initrd), initrd)
  const menu = [
    'set timeout=0',
    'terminal_output console',
    'set gfxpayload=text',
    `menuentry "${label}" {`,
    `  linux /${paths.kernel} console=ttyS0 console=tty0 quiet`,
    `  initrd /${paths.initrd}`,
    '}',
  ]
  writeFileSync(join(disc, 'boot/grub/grub.cfg'), `${menu.join('\n')}\n`)
  runTool('grub-mkrescue', ['--output', output, disc, '--', '-volid', label])
}

/**
 * @param {readonly string[]} packages
 * @param {{ cloudImage: string, installer: string }} outputs
 */
function build(packages, outputs) {
  const scratch = mkdtempSync(join(tmpdir(), 'strata-systems-'))
  const at = (/** @type {string} */ name) => join(scratch, name)
  try {
    unpackPackages(packages, scratch, at('unpacked'))
    makeRootTree(at('unpacked'), at('tree'), furtherModules)
    cpSync(join(here, 'overlay'), at('tree'), { recursive: true, force: true })
    const kernelName = readdirSync(at('unpacked/boot')).find((name) => name.startsWith('vmlinuz-'))
    const kernel = at(`unpacked/boot/${kernelName}`)

    bootableMedium({
      ...{ disc: at('system'), label: 'STRATA_SYSTEM', kernel, initrd: initramfs(at('tree')) },
      paths: { kernel: 'boot/vmlinuz', initrd: 'boot/initrd.img' },
      output: at('system.img'),
    })
    runTool('qemu-img', ['convert', '-O', 'qcow2', '-c', at('system.img'), at('cloud.qcow2')])
    runTool('qemu-img', ['resize', '-q', at('cloud.qcow2'), '512M'])

    writeFileSync(at('tree/system.img.gz'), gzipSync(readFileSync(at('system.img')), { level: 1 }))
    writeFileSync(at('tree/etc/installer'), '')
    bootableMedium({
      ...{ disc: at('installer'), label: 'Ubuntu-Server 22.04.3 LTS amd64', kernel, initrd: initramfs(at('tree')) },
      paths: { kernel: 'casper/vmlinuz', initrd: 'casper/initrd' },
      output: at('installer.iso'),
    })
    keep(at('cloud.qcow2'), outputs.cloudImage)
    keep(at('installer.iso'), outputs.installer)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * Whole or not at all, also where two runs build at once.
 * @param {string} made
 * @param {string} path
 */
function keep(made, path) {
  copyFileSync(made, `${path}.${process.pid}`)
  renameSync(`${path}.${process.pid}`, path)
}

/** Both systems, built where they are not in the cache. */
export function testSystems() {
  const packages = guestPackages()
  const folder = cacheFolder('systems')
  const key = cacheKey(packages)
  const outputs = { cloudImage: join(folder, `cloud-${key}.qcow2`), installer: join(folder, `installer-${key}.iso`) }
  if (Object.values(outputs).every((path) => existsSync(path))) return outputs
  build(packages, outputs)
  for (const name of readdirSync(folder)) if (!name.includes(key)) rmSync(join(folder, name), { force: true })
  return outputs
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(Object.values(testSystems()).join('\n'))
