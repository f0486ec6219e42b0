import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { root } from '../setup/command.mjs'
import type { Identity } from './identity.ts'
import { changelog, put, putDesktopFiles, putProgram } from './program-tree.ts'

/** Works from wherever it lies, also through a link; its own Node comes first. */
const wrapper = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
node=$here/../lib/strata/node
[ -x "$node" ] || node=node
command -v "$node" >/dev/null || { echo 'Strata needs Node 20.19 or newer: install the package nodejs.' >&2; exit 1; }
exec "$node" "$here/../lib/strata/dist/main/index.js" "$@"
`

const readme = ({ version }: Identity) => `Strata ${version}

Start it with bin/strata, from wherever this folder lies. To have it in the menu, copy share/ into ~/.local/share and
put a link to bin/strata into a folder of your PATH, such as ~/.local/bin. To remove it, delete the folder and what you
copied. Your machines, settings and histories are not in it and stay: see "Files and folders" in the documentation.
`

/**
 * Makes the archive of the web shell that needs no installing.
 * @param nodeFolder Node's own files, when it is to be inside; null: the computer's own is used
 * @returns its path
 */
export function tarball(
  identity: Identity,
  nodeFolder: string | null,
  stage: string,
  output: string,
  builtAt: Date,
): string {
  const inside = nodeFolder === null ? '' : `-node-linux-${process.arch}`
  const name = `strata-${identity.version}${inside}`
  const folder = join(stage, name)
  putProgram(folder, identity)
  putDesktopFiles(folder, identity, 'strata')
  put(join(folder, 'bin/strata'), wrapper, 0o755)
  put(join(folder, 'README.txt'), readme(identity))
  put(join(folder, 'CHANGELOG.md'), changelog())
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  if (nodeFolder !== null) {
    cpSync(join(nodeFolder, 'bin/node'), join(folder, 'lib/strata/node'))
    const licence = join(nodeFolder, 'LICENSE')
    if (existsSync(licence)) copyFileSync(licence, join(folder, 'lib/strata/node-LICENSE'))
  }
  const path = join(output, `${name}.tar.gz`)
  const steady = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    `--mtime=@${Math.floor(builtAt.getTime() / 1000)}`,
  ]
  // gzip, which the barest system has; without a name and a time in its head.
  execFileSync('tar', [
    '-C',
    dirname(folder),
    ...steady,
    '--use-compress-program=gzip -n',
    '-cf',
    path,
    basename(folder),
  ])
  return path
}
