import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

// A small repository in which every file breaks one rule of the import table, beside neighbours that keep it.
/** @type {Record<string, string>} */
const sources = {
  'contract/machines.ts': "import { z } from 'zod'\nexport const machine = z.string()",
  'contract/reaches-up.ts': "import '../main/engine/machines/router.ts'",
  'contract/takes-a-package.ts': "import 'ws'",
  'node-libvirt/src/index.ts': "import 'node:net'\nexport const open = 1",
  'node-libvirt/src/inner.ts': 'export const inner = 1',
  'node-libvirt/src/knows-strata.ts': "import '@strata/contract/machines.ts'",
  'node-libvirt/src/takes-a-package.ts': "import 'ws'",
  'node-libvirt/src/xml/index.ts': 'export const xml = 1',
  'node-libvirt/src/xml/reads-files.ts': "import 'node:fs'",
  'node-libvirt/testing/fake-daemon.ts': 'export const fake = 1',
  'main/engine/machines/router.ts': "import 'node-libvirt'\nimport '@strata/contract/machines.ts'\nimport 'node:fs'",
  'main/engine/machines/reaches-in.ts': "import '../../../node-libvirt/src/inner.ts'",
  'main/engine/machines/reaches-up.ts': "import '../../web/server.ts'",
  'main/engine/machines/ships-a-fake.ts': "import '../../../node-libvirt/testing/fake-daemon.ts'",
  'main/engine/machines/uses-electron.ts': "import 'electron'",
  'main/engine/clock.ts': "import './jobs/job.ts'",
  'main/engine/jobs/job.ts': 'export const job = 1',
  'main/engine/jobs/reaches-up.ts': "import '../machines/router.ts'",
  'main/engine/jobs/takes-a-type-from-above.ts': "import type { Router } from '../machines/router.ts'",
  'main/engine/storage/reaches-beside.ts': "import '../console/screen.ts'",
  'main/engine/console/screen.ts': "import '../jobs/job.ts'",
  'main/engine/disk-images/may-reach-beside.ts': "import '../storage/volume.ts'",
  'main/engine/storage/volume.ts': 'export const volume = 1',
  'main/engine/nowhere/homeless.ts': "import '../jobs/job.ts'",
  'main/web/server.ts': "import '@strata/engine/machines/router.ts'\nexport const server = 1",
  'main/web/calls-libvirt.ts': "import 'node-libvirt'",
  'main/electron/window.ts': "import 'electron'\nimport '@strata/engine/machines/router.ts'\nexport const open = 1",
  'main/electron/reaches-over.ts': "import '../web/server.ts'",
  'main/index.ts': "import './web/server.ts'\nimport './electron/window.ts'",
  'preload/index.ts': "import 'electron'",
  'preload/reaches-over.ts': "import '../renderer/api.ts'",
  'renderer/api.ts': "import '@strata/contract/machines.ts'\nimport 'node-libvirt/xml'\nexport const api = 1",
  'renderer/reaches-the-engine.ts': "import '@strata/engine/machines/router.ts'",
  'renderer/reads-files.ts': "import 'node:fs'",
  'renderer/lost.ts': "import './nowhere.ts'",
  'renderer/a.ts': "import { b } from './b.ts'\nexport const a = () => b",
  'renderer/b.ts': "import { a } from './a.ts'\nexport const b = () => a",
  'renderer/api.test.ts': "import './api.ts'\nimport 'node:fs'",
  'renderer/imports-a-test.ts': "import './api.test.ts'",
}

const expected = [
  'contract-alone contract/reaches-up.ts',
  'contract-packages contract/takes-a-package.ts',
  'node-libvirt-alone node-libvirt/src/knows-strata.ts',
  'node-libvirt-packages node-libvirt/src/takes-a-package.ts',
  'xml-runs-in-browsers node-libvirt/src/xml/reads-files.ts',
  'engine-below-shells main/engine/machines/reaches-in.ts',
  'engine-below-shells main/engine/machines/reaches-up.ts',
  'engine-below-shells main/engine/machines/ships-a-fake.ts',
  'testing-stays-in-tests main/engine/machines/ships-a-fake.ts',
  'electron-in-its-shell main/engine/machines/uses-electron.ts',
  'engine-layers main/engine/clock.ts',
  'engine-layers main/engine/jobs/reaches-up.ts',
  'engine-layers main/engine/jobs/takes-a-type-from-above.ts',
  'engine-layers main/engine/storage/reaches-beside.ts',
  'engine-layers main/engine/nowhere/homeless.ts',
  'web-shell main/web/calls-libvirt.ts',
  'electron-shell main/electron/reaches-over.ts',
  'preload-hands-over preload/reaches-over.ts',
  'renderer-speaks-contract renderer/reaches-the-engine.ts',
  'renderer-without-node renderer/reads-files.ts',
  'resolvable renderer/lost.ts',
  'tests-are-leaves renderer/imports-a-test.ts',
  'no-cycles renderer/a.ts',
]

/** @typedef {{ from: string, rule: { name: string } }} Violation */

describe('the import rules', () => {
  /** @type {string} */
  let folder
  /** @type {Violation[]} */
  let violations

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-rules-'))
    for (const [path, text] of Object.entries(sources)) {
      await mkdir(join(folder, dirname(path)), { recursive: true })
      await writeFile(join(folder, path), `${text}\n`)
    }
    for (const shared of [
      'node_modules',
      'tsconfig.json',
      'tsconfig.base.json',
      '.dependency-cruiser.cjs',
      'package.json',
    ]) {
      await symlink(join(root, shared), join(folder, shared))
    }
    const folders = ['contract', 'node-libvirt', 'main', 'preload', 'renderer']
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    // It exits with the number of violations, so a rejection is what success looks like here.
    const output = await run(process.execPath, [cruiser, ...folders, '--output-type', 'json'], {
      cwd: folder,
      maxBuffer: 2 ** 26,
    }).then(
      (done) => done.stdout,
      (/** @type {{ stdout: string }} */ failed) => failed.stdout,
    )
    violations = JSON.parse(output).summary.violations
  }, 60_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(expected)('report %s', (line) => {
    expect(violations.map(({ rule, from }) => `${rule.name} ${from}`)).toContain(line)
  })

  it('let everything else pass', () => {
    const reported = new Set(violations.map(({ rule, from }) => `${rule.name} ${from}`))
    for (const line of [...expected, 'no-cycles renderer/b.ts']) reported.delete(line)
    expect([...reported]).toEqual([])
  })
})
