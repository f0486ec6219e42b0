import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { drawPng, readPlates } from './make-icon.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

// Parts inside the packager, which it does not export by types.
const { DebugLogger } = require('builder-util') as { DebugLogger: new (isEnabled: boolean) => object }
const { validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
  validateConfiguration(configuration: object, log: object): Promise<void>
}

interface Configuration {
  readonly directories: { readonly output: string }
  readonly files: readonly string[]
  readonly linux: { readonly target: readonly string[] }
  readonly electronFuses: Readonly<Record<string, boolean>>
}
const configuration = async () => parse(await readFile(join(root, 'electron-builder.yml'), 'utf8')) as Configuration
const validate = (wanted: object) => validateConfiguration(wanted, new DebugLogger(false))

// The packager is large, and slow to load on a busy computer.
describe('the packaging configuration', { timeout: 60_000 }, () => {
  it('fits the schema of the packager', async () => {
    await validate(await configuration())
  })

  it('would be refused with a key that the packager does not know', async () => {
    await expect(validate({ ...(await configuration()), fuses: {} })).rejects.toThrow('fuses')
  })

  it('packs the built files and puts its output elsewhere', async () => {
    const { directories, files } = await configuration()
    expect(directories.output).toBe('release')
    const { main } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { main: string }
    for (const needed of [
      main,
      'dist/main/engine-process.js',
      'dist/main/screen-worker.js',
      'dist/preload/index.cjs',
      'dist/renderer/index.html',
    ]) {
      expect(files.some((pattern) => pattern.endsWith('/**') && needed.startsWith(pattern.slice(0, -2)))).toBe(true)
    }
  })

  it('makes no package that starts without its sandbox', async () => {
    expect((await configuration()).linux.target).toEqual(['deb', 'rpm'])
  })

  it('closes every way to run the program as something else', async () => {
    const { electronFuses } = await configuration()
    expect(electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    })
  })
})

describe('the icon', { timeout: 60_000 }, () => {
  /**
   * The pixel at x, y of a PNG as this script writes it: no filter, four bytes a pixel.
   * @param {Buffer} png
   * @param {number} x
   * @param {number} y
   */
  const pixelOf = (png: Buffer, x: number, y: number) => {
    const dataAt = png.indexOf('IDAT')
    const rows = inflateSync(png.subarray(dataAt + 4, dataAt + 4 + png.readUInt32BE(dataAt - 4)))
    const start = y * (512 * 4 + 1) + 1 + x * 4
    return [...rows.subarray(start, start + 4)]
  }

  it('is a picture of the drawing', async () => {
    const svg = await readFile(join(root, 'build', 'icon.svg'), 'utf8')
    const png = drawPng(svg)
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512])
    expect(pixelOf(png, 0, 0)).toEqual([0, 0, 0, 0])
    expect(pixelOf(png, 256, 460)).toEqual([0x1c, 0x1d, 0x20, 255])
    for (const { x, y, width, height, colour } of readPlates(svg).plates.slice(1)) {
      expect(pixelOf(png, Math.round((x + width / 2) * 8), Math.round((y + height / 2) * 8))).toEqual([...colour, 255])
    }
  })

  it('is the same drawing in the window and in the package', async () => {
    expect(await readFile(join(root, 'renderer/public/icon.svg'))).toEqual(await readFile(join(root, 'build/icon.svg')))
  })
})
