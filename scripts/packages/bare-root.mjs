// A Debian with nothing on it but Node, in a folder: what a package is installed into when it is tried. Debian 13 is the
// first whose Node is new enough. It is made once and kept; what happens in it lies in a layer that is thrown away.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../e2e/guest/cache-folder.mjs'
import { debianMirror } from '../daemons/debian-mirror.mjs'
import { runCommand } from '../setup/command.mjs'
import { ExpectedFailure } from '../setup/failure.mjs'

const SUITE = 'trixie'
const PACKAGES = ['nodejs']
const DONE = '.complete'

/** @param {(line: string) => void} onLine */
export async function bareRoot(onLine) {
  const key = createHash('sha256')
    .update([SUITE, process.arch, ...PACKAGES].join(' '))
    .digest('hex')
    .slice(0, 12)
  const folder = join(cacheFolder('packages'), `${SUITE}-${key}`)
  if (existsSync(join(folder, DONE))) return folder
  const mirror = await debianMirror(SUITE)
  const unfinished = `${folder}.${process.pid}`
  const { code, output } = await runCommand(
    'mmdebstrap',
    ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, unfinished, mirror],
    { onLine, env: { DEBIAN_FRONTEND: 'noninteractive' } },
  )
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new ExpectedFailure(`A bare Debian (${SUITE}) could not be made from ${mirror}.`, {
      output: output.split('\n').slice(-25).join('\n'),
      next: `If the mirror has no ${SUITE}, set STRATA_DEBIAN_MIRROR_${SUITE.toUpperCase()} to one that has.`,
    })
  }
  writeFileSync(join(unfinished, DONE), '')
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
  return folder
}

/**
 * The words that run a command in a copy of a root: what it writes lies in `layer`, and devices, processes and `shared`
 * are those of this computer. The mounts are that command's alone, and gone with it.
 * @param {string} root
 * @param {string} layer an empty folder
 * @param {string} shared a folder that is seen inside at the same path
 * @param {string[]} command
 */
export function inCopyOf(root, layer, shared, command) {
  for (const name of ['upper', 'work', 'merged']) mkdirSync(join(layer, name), { recursive: true })
  const script = [
    'set -e',
    'mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/merged"',
    'mount --rbind /dev "$2/merged/dev"',
    'mount -t proc proc "$2/merged/proc"',
    'mkdir -p "$2/merged$3"',
    'mount --bind "$3" "$2/merged$3"',
    'root="$2/merged"',
    'shift 3',
    'exec chroot "$root" "$@"',
  ].join('\n')
  return [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    ...[root, layer, shared],
    ...command,
  ]
}
