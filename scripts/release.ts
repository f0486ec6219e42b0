// npm run release -- 1.2.3: makes what CHANGELOG.md has under "Unreleased" that version, and writes it to package.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { released } from './packages/changelog.ts'
import { root } from './setup/command.mjs'
import { ExpectedFailure, runScript } from './setup/failure.mjs'

const next = 'npm run release -- 1.2.3'

await runScript(() => {
  const [version = ''] = process.argv.slice(2)
  const at = (name: string) => join(root, name)
  const today = new Date().toISOString().slice(0, 10)
  let changelog: string
  try {
    changelog = released(readFileSync(at('CHANGELOG.md'), 'utf8'), version, today)
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : String(error), { next })
  }
  writeFileSync(at('CHANGELOG.md'), changelog)
  for (const name of ['package.json', 'package-lock.json']) writeVersion(at(name), version)
  console.log(
    `${version}, of ${today}. Look at the difference, commit it, tag it v${version}; docs/release.md goes on.`,
  )
  return Promise.resolve(0)
})

/** The version of this package, and no other in the file. */
function writeVersion(path: string, version: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as {
    version: string
    packages?: Record<string, { version?: string }>
  }
  manifest.version = version
  const own = manifest.packages?.['']
  if (own !== undefined) own.version = version
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
}
