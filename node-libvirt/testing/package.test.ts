import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFleet } from './fleet-file.ts'
import { startDaemon, type RealDaemon } from './real-daemon.ts'

const execute = promisify(execFile)
const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const folderOf = (module: string) => dirname(fileURLToPath(import.meta.resolve(`${module}/package.json`)))
const tsc = join(folderOf('typescript'), 'bin/tsc')

let folder: string
let packed: readonly string[]
let daemon: RealDaemon

/** What npm would publish, installed into a project that knows nothing of where it comes from. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nl-package-'))
  const source = join(folder, 'package')
  mkdirSync(source)
  await execute(process.execPath, [tsc, '-p', join(packageFolder, 'tsconfig.build.json'), '--outDir', `${source}/dist`])
  for (const name of ['package.json', 'README.md', 'LICENSE', 'docs', 'src', 'testing'])
    cpSync(join(packageFolder, name), join(source, name), { recursive: true })
  const { stdout } = await execute('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: source,
  })
  const [tarball] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[]
  if (!tarball) throw new Error('npm packed nothing')
  packed = tarball.files.map((file) => file.path)
  const modules = join(folder, 'consumer/node_modules')
  mkdirSync(join(modules, '@types'), { recursive: true })
  await execute('tar', ['-xzf', join(folder, tarball.filename), '-C', modules])
  symlinkSync('package', join(modules, 'node-libvirt'))
  symlinkSync(folderOf('@types/node'), join(modules, '@types/node'))
  symlinkSync(folderOf('undici-types'), join(modules, 'undici-types'))
  daemon = await startDaemon()
}, 180_000)

afterAll(async () => {
  await daemon.stop()
  rmSync(folder, { recursive: true, force: true })
})

function write(name: string, text: string): string {
  const path = join(folder, 'consumer', name)
  writeFileSync(path, text)
  return path
}

it('holds what is built, its source, words, examples and licence, and nothing else', () => {
  expect(packed).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
  )
  expect(packed).toEqual(expect.arrayContaining(['dist/xml/index.js', 'dist/xml/index.d.ts', 'docs/api.md']))
  expect(
    packed.filter(
      (path) =>
        !/^(dist\/.*\.(js|d\.ts)|src\/.*\.ts|examples\/[\w-]+\.(mjs|ts)|docs\/\w+\.md|LICENSE|README\.md|package\.json)$/.test(
          path,
        ),
    ),
  ).toEqual([])
  expect(packed.filter((path) => path.includes('.test.'))).toEqual([])
})

it('gives types that a strict project can check, and that refuse a mistake', { timeout: 120_000 }, async () => {
  write('package.json', '{ "type": "module" }')
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, noEmit: true, module: 'nodenext', target: 'es2023', types: ['node'] },
        ...{ lib: ['es2023', 'esnext.disposable'], skipLibCheck: false, exactOptionalPropertyTypes: true },
      },
      files: ['right.ts', 'wrong.ts'],
    }),
  )
  write(
    'right.ts',
    `import { openConnection, type Domain, type BlockIoTuneParams } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'
await using connection = await openConnection('test:///default', { timeoutMs: 1_000 })
const [domain]: Domain[] = await connection.listAllDomains(['active'])
const limits: BlockIoTuneParams = { total_bytes_sec: 5, group_name: 'a' }
await domain?.setBlockIoTune('vda', limits, ['live'], { signal: AbortSignal.timeout(5) })
export const memory: number | null | undefined = DomainXml.parse('<domain/>').memoryKiB
for await (const { event, domain: of } of connection.domainEvents('lifecycle')) console.log(of.name, event === 'started')
`,
  )
  write(
    'wrong.ts',
    `import type { Domain } from 'node-libvirt'
declare const domain: Domain
// @ts-expect-error flags are never numbers
await domain.shutdown(1)
// @ts-expect-error nor other flags
await domain.shutdown(['live'])
// @ts-expect-error nor are parameters of another call taken
await domain.setBlockIoTune('vda', { cpu_shares: 5 })
`,
  )
  const { stdout } = await execute(process.execPath, [tsc, '-p', join(folder, 'consumer')]).catch((error: unknown) => {
    return error as { stdout: string }
  })
  expect(stdout).toBe('')
})

it('loads a thousand machines without anything else installed', { timeout: 60_000 }, async () => {
  const fleet = Array.from({ length: 1_000 }, (_, i) => ({ name: `machine-${i}`, state: 'running' as const }))
  const uri = writeFleet(daemon, 'thousand.xml', fleet)
  const script = write(
    'load.mjs',
    `import { openConnection } from 'node-libvirt'
const connection = await openConnection(process.argv[2])
const domains = await connection.listAllDomains()
const stats = await connection.getAllDomainStats(['state', 'cpu-total', 'balloon', 'vcpu', 'interface', 'block'])
const descriptions = await Promise.all(domains.map((domain) => domain.getXMLDesc()))
await connection.close()
process.stdout.write(JSON.stringify({ domains: domains.length, stats: stats.length, descriptions: descriptions.length }))
`,
  )
  const { stdout } = await execute(process.execPath, [script, uri])
  expect(JSON.parse(stdout)).toEqual({ domains: 1_000, stats: 1_000, descriptions: 1_000 })
})
