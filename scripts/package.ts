// npm run package: the packages of the web shell, into release/. With names only those: deb, tar, tar-node.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { debianPackage } from './packages/debian-package.ts'
import { identity } from './packages/identity.ts'
import { tarball } from './packages/tarball.ts'
import { buildApp, buildIsCurrent } from './setup/app-build.mjs'
import { root } from './setup/command.mjs'
import { ExpectedFailure, runScript } from './setup/failure.mjs'
import { nodeRuntime, packedNode } from './setup/node-runtime.mjs'

/** When the sources were committed: the same sources make the same packages. */
function committedAt(): Date {
  const epoch = process.env['SOURCE_DATE_EPOCH']
  if (epoch !== undefined) return new Date(Number(epoch) * 1000)
  return new Date(execFileSync('git', ['log', '-1', '--format=%cI'], { cwd: root, encoding: 'utf8' }).trim())
}

const builtAt = committedAt()
const kinds: Record<string, (stage: string, output: string) => string> = {
  deb: (stage, output) => debianPackage(identity, stage, output, builtAt),
  tar: (stage, output) => tarball(identity, null, stage, output, builtAt),
  'tar-node': (stage, output) => tarball(identity, nodeRuntime(packedNode), stage, output, builtAt),
}

await runScript(async () => {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !(name in kinds))
  if (unknown !== undefined) {
    throw new ExpectedFailure(`There is no package “${unknown}”.`, { next: `One of: ${Object.keys(kinds).join(' ')}` })
  }
  if (!buildIsCurrent()) await buildApp()
  const output = join(root, 'release')
  mkdirSync(output, { recursive: true })
  for (const [name, make] of Object.entries(kinds)) {
    if (names.length > 0 && !names.includes(name)) continue
    const stage = mkdtempSync(join(tmpdir(), 'strata-package-'))
    try {
      const path = make(stage, output)
      console.log(`release/${basename(path)}  ${(statSync(path).size / 1e6).toFixed(2)} MB`)
    } finally {
      rmSync(stage, { recursive: true, force: true })
    }
  }
  return 0
})
