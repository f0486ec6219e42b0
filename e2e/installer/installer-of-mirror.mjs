// Finds an installer that the mirror of this machine can feed. Its parts come from the archive while it runs, and a
// mirror need not hold them all: its index may be ahead of its files, or an old release be there in pieces only. So the
// newest image is taken whose kernel's modules are there, and its parts are listed in a suite of our own, without those
// that are missing. That suite is not signed: it is for a guest that lives as long as the test.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { cacheFolder } from '../guest/cache-folder.mjs'
import { runTool } from '../guest/run-tool.mjs'

/** Newest last: the one that the stories know is tried first. */
const releases = [
  { osId: 'debian12', codename: 'bookworm', number: 12 },
  { osId: 'debian13', codename: 'trixie', number: 13 },
]

/** Without these nothing is installed; all others are for hardware or choices that the guest does not have. */
const required = [
  ...['apt-setup-udeb', 'base-installer', 'bootstrap-base', 'clock-setup', 'di-utils-mapdevfs', 'e2fsprogs-udeb'],
  ...['finish-install', 'grub-installer', 'parted-udeb', 'partman-auto', 'partman-base', 'partman-ext3', 'pkgsel'],
  ...['tzsetup-udeb', 'user-setup-udeb'],
]

const suite = 'strata'
const atOnce = 8

/**
 * @typedef {object} MirroredInstaller
 * @property {string} osId
 * @property {Buffer} kernel
 * @property {Buffer} initrd
 * @property {Map<string, Uint8Array>} own files that the mirror serves for it
 * @property {string} preseed lines that make the installer use them
 */

/**
 * @param {string} archive where Debian's archive is, with a slash at its end
 * @param {(line: string) => void} tell
 * @returns {Promise<MirroredInstaller>}
 */
export async function installerOfMirror(archive, tell) {
  for (const release of releases) {
    tell(`looking for what installs Debian ${release.number}`)
    const parts = stanzas(await indexOf(archive, `${release.codename}/main/debian-installer/binary-amd64`))
    const image = await newestImage(archive, release, parts, tell)
    if (image === null) continue
    const listed = await listedParts(archive, parts, image.kernelVersion)
    const missing = required.filter((name) => !listed.some((part) => field(part, 'Package') === name))
    if (missing.length === 0) return { osId: release.osId, ...image, ...ownSuite(release.codename, listed) }
    tell(`the mirror lacks parts of Debian ${release.number}'s installer: ${missing.join(', ')}`)
  }
  throw new Error(
    `No installer of Debian's can be fed from ${archive}: use a mirror that holds debian-installer's parts.`,
  )
}

/** @param {string} archive @param {string} path */
async function indexOf(archive, path) {
  const answer = await fetch(`${archive}dists/${path}/Packages.gz`)
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`)
  return gunzipSync(Buffer.from(await answer.arrayBuffer())).toString()
}

/** @param {string} index */
const stanzas = (index) => index.trim().split('\n\n')

/** @param {string} stanza @param {string} name */
const field = (stanza, name) => new RegExp(`^${name}: (.*)`, 'm').exec(stanza)?.[1] ?? ''

/** @param {string} url */
const isThere = async (url) => (await fetch(url, { method: 'HEAD' })).ok

/**
 * The image that the index names and the point releases before it, until one has its kernel's modules in the archive.
 * @param {string} archive
 * @param {typeof releases[number]} release
 * @param {readonly string[]} parts
 * @param {(line: string) => void} tell
 */
async function newestImage(archive, { codename, number }, parts, tell) {
  const name = `debian-installer-${number}-netboot-amd64`
  const package_ = stanzas(await indexOf(archive, `${codename}/main/binary-amd64`)).find(
    (each) => field(each, 'Package') === name,
  )
  for (const path of earlierBuilds(package_ === undefined ? '' : field(package_, 'Filename'), /(?<=\+deb\d+u)\d+/)) {
    const image = await imageAt(`${archive}${path}`, number)
    if (image === null) continue
    const modules = parts.find((each) => field(each, 'Package') === `ext4-modules-${image.kernelVersion}-di`)
    if (modules !== undefined && (await isThere(archive + field(modules, 'Filename')))) return image
    tell(`${path}: the modules of its kernel ${image.kernelVersion} are not there`)
  }
  return null
}

/** A path and the same with lower numbers. @param {string} path @param {RegExp} number */
function earlierBuilds(path, number) {
  const from = Number(number.exec(path)?.[0] ?? 0)
  const lower = Array.from({ length: from }, (_, index) => path.replace(number, String(from - index - 1)))
  return path === '' ? [] : [path, ...lower]
}

/** @param {string} url @param {number} release */
async function imageAt(url, release) {
  const kept = join(cacheFolder('installer-images'), createHash('sha256').update(url).digest('hex'))
  if (!existsSync(kept)) {
    const answer = await fetch(url)
    if (!answer.ok) return null
    writeFileSync(`${kept}.${process.pid}`, Buffer.from(await answer.arrayBuffer()))
    renameSync(`${kept}.${process.pid}`, kept)
  }
  const scratch = mkdtempSync(join(tmpdir(), 'strata-image-'))
  try {
    runTool('dpkg-deb', ['--extract', kept, scratch])
    const folder = join(scratch, `usr/lib/debian-installer/images/${release}/amd64/text/debian-installer/amd64`)
    const [kernel, initrd] = [readFileSync(join(folder, 'linux')), readFileSync(join(folder, 'initrd.gz'))]
    const names = runTool('cpio', ['--list', '--quiet'], { input: gunzipSync(initrd) }).toString()
    const kernelVersion = /lib\/modules\/([^/\n]+)/.exec(names)?.[1] ?? ''
    return { kernel, initrd, kernelVersion }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * The parts that are there; in place of a rebuild that is not, the build before it.
 * @param {string} archive
 * @param {readonly string[]} parts
 * @param {string} kernelVersion
 */
async function listedParts(archive, parts, kernelVersion) {
  const waiting = parts.filter(
    (part) => !/^Kernel-Version:/m.test(part) || field(part, 'Kernel-Version') === kernelVersion,
  )
  /** @type {string[]} */
  const listed = []
  const lane = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      if (await isThere(archive + field(part, 'Filename'))) listed.push(part)
      else if (required.includes(field(part, 'Package'))) listed.push(...(await earlierPart(archive, part)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return listed
}

/** @param {string} archive @param {string} part @returns {Promise<string[]>} one, or none */
async function earlierPart(archive, part) {
  for (const path of earlierBuilds(field(part, 'Filename'), /(?<=\+b)\d+/).slice(1)) {
    const answer = await fetch(archive + path)
    if (!answer.ok) continue
    const content = Buffer.from(await answer.arrayBuffer())
    const build = /\+b\d+/.exec(path)?.[0] ?? ''
    return [
      part
        .replace(/^Filename: .*/m, `Filename: ${path}`)
        .replace(/^Version: .*/m, (line) => line.replace(/\+b\d+/, build))
        .replace(/^Size: .*/m, `Size: ${content.length}`)
        .replace(/^SHA256: .*/m, `SHA256: ${createHash('sha256').update(content).digest('hex')}`),
    ]
  }
  return []
}

/** @param {string} codename @param {readonly string[]} parts */
function ownSuite(codename, parts) {
  const index = gzipSync(`${parts.join('\n\n')}\n`)
  const path = 'main/debian-installer/binary-amd64/Packages.gz'
  const sum = createHash('sha256').update(index).digest('hex')
  const release = `Origin: Debian\nSuite: ${suite}\nCodename: ${codename}\nArchitectures: amd64\nComponents: main\nSHA256:\n ${sum} ${index.length} ${path}\n`
  return {
    own: new Map([
      [`/debian/dists/${suite}/Release`, Buffer.from(release)],
      [`/debian/dists/${suite}/${path}`, index],
    ]),
    preseed: `d-i mirror/udeb/suite string ${suite}\nd-i debian-installer/allow_unauthenticated boolean true\n`,
  }
}
