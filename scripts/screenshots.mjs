// Takes a picture of every screen of the built app, light and dark, from machines of its own.
//   npm run screenshots [-- [FOLDER] [--only WORDS OF A TITLE] [--readme]]
// With --readme the four of README.md go to docs/pictures as well.
import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { root } from './setup/command.mjs'
import { runScript } from './setup/failure.mjs'
import { ensureBuilt } from './setup/app-build.mjs'
import { Progress } from './setup/progress.mjs'

const inReadme = {
  'machines-real-light.png': 'machines.png',
  'strata-path-dark.png': 'cross-section.png',
  'points-light.png': 'restore-points.png',
  'create-chosen-light.png': 'create.png',
}

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { readme: { type: 'boolean', default: false }, only: { type: 'string' } },
  })
  const folder = resolve(positionals[0] ?? join(root, 'screenshots'))
  mkdirSync(folder, { recursive: true })
  await ensureBuilt(new Progress())
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  const only = values.only === undefined ? [] : ['--grep', values.only]
  const { status } = spawnSync(
    process.execPath,
    [playwright, 'test', '--config', join(root, 'e2e/looks/looks.config.ts'), ...only],
    { cwd: root, stdio: 'inherit', env: { ...process.env, STRATA_SCREENSHOTS: folder } },
  )
  if (values.readme && status === 0) {
    const pictures = join(root, 'docs/pictures')
    mkdirSync(pictures, { recursive: true })
    for (const [from, to] of Object.entries(inReadme)) copyFileSync(join(folder, from), join(pictures, to))
  }
  const taken = readdirSync(folder).filter((name) => name.endsWith('.png'))
  for (const name of taken)
    console.log(`${Math.ceil(statSync(join(folder, name)).size / 1024)} KiB  ${join(folder, name)}`)
  console.log(`${taken.length} pictures in ${folder}`)
  return status ?? 1
})
