import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Arch, build, Platform, type Configuration } from 'electron-builder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { root } from '../setup/command.mjs'

const require = createRequire(import.meta.url)
const { listPackage } = require('@electron/asar') as {
  listPackage(this: void, archive: string, options: { isPack: boolean }): string[]
}

/**
 * What electron-builder gives to the program that writes the package (fpm, which it would fetch from elsewhere). Its own
 * hook: whoever answers true has taken it, and nothing is written.
 */
interface Written {
  readonly words: readonly string[]
  readonly desktopEntry: string
}

let folder: string
const written = new Map<'deb' | 'rpm', Written>()
const unpacked = () => join(folder, 'out/linux-unpacked')

/** The marks by which Electron's executable tells its fuses: each off until the packager burns it. */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = 9

/** As much of a runtime as the packager looks at. */
function stubRuntime(path: string): void {
  mkdirSync(join(path, 'resources'), { recursive: true })
  const executable = Buffer.concat([
    Buffer.from(`#!/bin/sh\n${FUSE_MARK}`),
    Buffer.from([1, FUSES]),
    Buffer.alloc(FUSES, 0x30),
  ])
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler'])
    writeFileSync(join(path, name), executable)
  chmodSync(join(path, 'electron'), 0o755)
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(path, name), '45.4.1')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'strata-electron-'))
  stubRuntime(join(folder, 'runtime'))
  // A project of its own: the packager writes beside its sources.
  for (const name of ['dist', 'build', 'package.json', 'scripts/make-icon.mjs']) {
    cpSync(join(root, name), join(folder, 'project', name), { recursive: true })
  }
  const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Configuration
  let target: 'deb' | 'rpm' = 'deb'
  for (target of ['deb', 'rpm'] as const) {
    await build({
      projectDir: join(folder, 'project'),
      targets: Platform.LINUX.createTarget(target, Arch.x64),
      config: {
        ...structuredClone(config), // it writes into what it is given
        // The packager looks for it from where it was started.
        beforePack: join(folder, 'project/scripts/make-icon.mjs'),
        electronDist: join(folder, 'runtime'),
        electronVersion: '45.4.1',
        directories: { output: join(folder, 'out'), buildResources: 'build' },
      },
      effectiveOptionComputed: (options: unknown) => {
        if (!Array.isArray(options)) return Promise.resolve(false)
        const [words, entry] = options as [string[], string]
        written.set(target, { words, desktopEntry: readFileSync(entry, 'utf8') })
        return Promise.resolve(true)
      },
    })
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const of = (target: 'deb' | 'rpm') => written.get(target) ?? expect.fail(`electron-builder made no ${target}`)

describe('what electron-builder packs', () => {
  it('is the built app in one archive, without what is for building', () => {
    const files = listPackage(join(unpacked(), 'resources/app.asar'), { isPack: false })
    for (const needed of [
      '/dist/main/index.js',
      '/dist/main/engine-process.js',
      '/dist/preload/index.cjs',
      '/dist/renderer/index.html',
      '/dist/main/demo-fleet.xml',
      '/dist/renderer/third-party-notices.txt',
    ]) {
      expect(files).toContain(needed)
    }
    expect(files.filter((file) => /node_modules|\.map$|\.ts$/.test(file))).toEqual([])
  })

  it('has its fuses burnt: it is no Node, and loads nothing but its archive', () => {
    const executable = readFileSync(join(unpacked(), 'strata-desktop'))
    const at = executable.indexOf(FUSE_MARK) + FUSE_MARK.length + 2
    const fuses = executable.subarray(at, at + FUSES).toString('latin1')
    // runAsNode, cookies, NODE_OPTIONS, --inspect, integrity, only asar, snapshot, file: privileges; the ninth is Electron's.
    expect(fuses.slice(0, 8)).toBe('00001100')
  })
})

describe.each(['deb', 'rpm'] as const)('the %s', (target) => {
  it('brings the icon in every size, and installs below /opt', () => {
    const { words } = of(target)
    for (const size of [16, 32, 48, 128, 256, 512]) {
      expect(words.join('\n')).toContain(`=/usr/share/icons/hicolor/${size}x${size}/apps/strata-desktop.png`)
    }
    expect(words.some((word) => word.endsWith('/=/opt/Strata'))).toBe(true)
  })

  it('has a desktop entry that is found, opens files, and makes a new machine', () => {
    const { desktopEntry } = of(target)
    expect(desktopEntry).toContain('Keywords=vm;')
    expect(desktopEntry).toMatch(/MimeType=.*application\/x-qemu-disk/)
    expect(desktopEntry).toContain('[Desktop Action new-machine]')
    expect(desktopEntry).toContain('Exec=strata-desktop --new')
  })
})

it('recommends what makes it of use, the sandbox for qemu-img among it', () => {
  const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as { deb: { recommends: string[] } }
  expect(config.deb.recommends).toEqual(expect.arrayContaining(['libvirt-daemon', 'ovmf', 'swtpm', 'bubblewrap']))
  expect(of('rpm').words).toContain('Recommends: bubblewrap')
})
