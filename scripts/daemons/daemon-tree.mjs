import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../e2e/guest/cache-folder.mjs'
import { runCommand } from '../setup/command.mjs'
import { ExpectedFailure } from '../setup/failure.mjs'
import { debianMirror } from './debian-mirror.mjs'
import { packagesOf } from './generations.mjs'

/** @typedef {import('./generations.mjs').Generation} Generation */

const DONE = '.complete'

/**
 * The folder with a generation's daemon, made when it is not there yet. It is kept by what it is made of: another list of
 * packages makes another folder.
 * @param {Generation} generation
 * @param {(line: string) => void} onLine
 */
export async function daemonTree({ suite, libvirt }, onLine) {
  const packages = packagesOf(suite)
  const key = createHash('sha256')
    .update([suite, process.arch, ...packages].join(' '))
    .digest('hex')
    .slice(0, 12)
  const folder = join(cacheFolder('daemons'), `${suite}-${key}`)
  if (existsSync(join(folder, DONE))) return folder
  const mirror = await debianMirror(suite)
  const unfinished = `${folder}.${process.pid}`
  const { code, output } = await runCommand(
    'mmdebstrap',
    ['--variant=minbase', `--include=${packages.join(',')}`, suite, unfinished, mirror],
    { onLine, env: { DEBIAN_FRONTEND: 'noninteractive' } },
  )
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new ExpectedFailure(`The daemon of libvirt ${libvirt} (Debian ${suite}) could not be made from ${mirror}.`, {
      output: output.split('\n').slice(-25).join('\n'),
      next: `If the mirror has no ${suite} any more, set STRATA_DEBIAN_MIRROR to one that has, and run this again.`,
    })
  }
  writeFileSync(join(unfinished, DONE), '')
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
  return folder
}

/**
 * Makes the tests' user known inside, with the same number as outside.
 * @param {string} tree
 * @param {{ name: string, userId: number, groupId: number }} user
 */
export function addUser(tree, { name, userId, groupId }) {
  addLine(join(tree, 'etc/passwd'), name, `${name}:x:${userId}:${groupId}::/nonexistent:/bin/sh`)
  addLine(join(tree, 'etc/group'), name, `${name}:x:${groupId}:`)
}

/**
 * @param {string} path
 * @param {string} name
 * @param {string} line
 */
function addLine(path, name, line) {
  const others = readFileSync(path, 'utf8')
    .split('\n')
    .filter((each) => each !== '' && !each.startsWith(`${name}:`))
  writeFileSync(path, [...others, line, ''].join('\n'))
}

/**
 * A command that runs another one where the tree sees the devices, the processes and the temporary files of this machine
 * at the same paths. The mounts are seen by that command alone, and are gone with it, however it ends.
 * @param {string} tree
 * @param {string} temporary the folder for temporary files
 * @param {string[]} command
 */
export function withTree(tree, temporary, command) {
  mkdirSync(join(tree, temporary), { recursive: true })
  const script = [
    'set -e',
    'mount --rbind /dev "$1/dev"',
    'mount --rbind /sys "$1/sys"',
    'mount -t proc proc "$1/proc"',
    // What a test mounts below the folder for temporary files is to be seen inside as well.
    'mount --bind "$2" "$2"',
    'mount --make-shared "$2"',
    'mount --bind "$2" "$1$2"',
    'shift 2',
    'exec "$@"',
  ].join('\n')
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', tree, temporary, ...command]
}
