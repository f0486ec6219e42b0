import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { optionTable } from '../../main/engine/startup/option-table.ts'
import { root } from '../setup/command.mjs'
import { debianPackage } from './debian-package.ts'
import { identity } from './identity.ts'

let folder: string
let path: string
const builtAt = new Date('2026-11-30T12:00:00Z')
const make = (name: string) => debianPackage(identity, mkdtempSync(join(folder, `${name}-`)), folder, builtAt)
const inPackage = (name: string) => join(folder, 'x', name)

/** What a judge says, and whether it is content. */
function judge(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-checks-'))
  path = make('stage')
  execFileSync('dpkg-deb', ['-x', path, join(folder, 'x')])
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the Debian package', () => {
  it('is found without fault by lintian', () => {
    const { status, said } = judge('lintian', '--allow-root', '--fail-on', 'error,warning', path)
    expect({ status, said }).toMatchObject({ status: 0 })
  })

  it('asks for a Node that is new enough, and recommends what makes it of use', () => {
    const control = execFileSync('dpkg-deb', ['-f', path], { encoding: 'utf8' })
    expect(control).toContain('Depends: nodejs (>= 20.19)')
    expect(control).toMatch(/Recommends: .*chromium.*bubblewrap/)
    expect(control).toContain('Architecture: all')
  })

  it('holds nothing that is only for building or for the other shell', () => {
    const names = execFileSync('dpkg-deb', ['-c', path], { encoding: 'utf8' })
    expect(names).not.toMatch(/\.map$|engine-process|dist\/preload|node_modules|drwx------/m)
    expect(names).toContain('./usr/lib/strata/dist/main/screen-worker.js')
  })

  it('is the same, byte for byte, when it is made again', () => {
    const first = readFileSync(path)
    expect(readFileSync(make('again')).equals(first)).toBe(true)
  })

  it('carries the notices of everything that is bundled', () => {
    const notices = readFileSync(inPackage('usr/lib/strata/dist/renderer/third-party-notices.txt'), 'utf8')
    for (const name of ['@novnc/novnc', 'vue', 'zod', 'pino']) expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
    expect(notices).not.toContain('(see below)\n\n\n')
  })
})

describe('what a desktop is told', () => {
  it('is a valid entry with an act of its own', () => {
    const entry = inPackage(`usr/share/applications/${identity.id}.desktop`)
    expect(judge('desktop-file-validate', entry)).toEqual({ status: 0, said: '' })
    expect(readFileSync(entry, 'utf8')).toContain('Exec=strata --new')
  })

  it('is valid metainfo of an id that is no name of a file', () => {
    const file = inPackage(`usr/share/metainfo/${identity.id}.metainfo.xml`)
    expect(judge('appstreamcli', 'validate', '--no-net', file)).toMatchObject({ status: 0 })
    expect(identity.id).not.toMatch(/\.(?:desktop|xml|app|exe)$/i)
  })

  it('is a picture in every size, and the drawing', () => {
    for (const size of [16, 22, 24, 32, 48, 64, 128, 256, 512]) {
      const png = readFileSync(inPackage(`usr/share/icons/hicolor/${size}x${size}/apps/${identity.id}.png`))
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
    }
    expect(readFileSync(inPackage(`usr/share/icons/hicolor/scalable/apps/${identity.id}.svg`), 'utf8')).toContain(
      '<svg',
    )
  })

  it('describes libvirt’s XML as a type of file of its own', () => {
    expect(judge('xmllint', '--noout', inPackage(`usr/share/mime/packages/${identity.id}.xml`)).status).toBe(0)
  })
})

it('has a manual page with every option, which man shows without a complaint', () => {
  const { status, stdout, stderr } = spawnSync(
    'man',
    ['--warnings', '--local-file', inPackage('usr/share/man/man1/strata.1.gz')],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '100' } },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  for (const { name } of optionTable) expect(stdout).toContain(`--${name}`)
})

it('names the same program in package.json and for the packager of the Electron shell', () => {
  expect(readFileSync(join(root, 'electron-builder.yml'), 'utf8')).toContain(`appId: ${identity.id}\n`)
})
