import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { canonicalPath } from '../hosts/place/files-of.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { readBackingPath } from './image-header.ts'

const run = promisify(execFile)
let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'images-'))))
afterEach(() => rm(folder, { recursive: true }))

const create = (name: string, ...options: string[]) =>
  run('qemu-img', ['create', '-q', '-f', 'qcow2', ...options, join(folder, name), '16M'])

describe('the image below an image', () => {
  it('is found by its full path, and by one that is relative to the image', async () => {
    await create('base.qcow2')
    await create('full.qcow2', '-b', join(folder, 'base.qcow2'), '-F', 'qcow2')
    await create('relative.qcow2', '-b', 'base.qcow2', '-F', 'qcow2')
    expect(await readBackingPath(ownFiles, join(folder, 'full.qcow2'))).toBe(join(folder, 'base.qcow2'))
    expect(await readBackingPath(ownFiles, join(folder, 'relative.qcow2'))).toBe(join(folder, 'base.qcow2'))
  })

  it('is none for an image without one, a raw file, a short file and a file that is not there', async () => {
    await create('base.qcow2')
    await writeFile(join(folder, 'raw'), Buffer.alloc(4096))
    await writeFile(join(folder, 'short'), 'QFI')
    for (const name of ['base.qcow2', 'raw', 'short', 'nowhere'])
      expect(await readBackingPath(ownFiles, join(folder, name))).toBeNull()
  })

  it('is none when a header lies about its place', async () => {
    const header = Buffer.alloc(512)
    header.writeUInt32BE(0x51_46_49_fb, 0)
    header.writeBigUInt64BE(2n ** 60n, 8)
    header.writeUInt32BE(100, 16)
    await writeFile(join(folder, 'liar'), header)
    expect(await readBackingPath(ownFiles, join(folder, 'liar'))).toBeNull()
  })
})

describe('a path', () => {
  it('through a link is the same as the path that it points to', async () => {
    await create('base.qcow2')
    await symlink(join(folder, 'base.qcow2'), join(folder, 'link'))
    expect(await canonicalPath({ files: ownFiles }, join(folder, 'link'))).toBe(join(folder, 'base.qcow2'))
  })

  it('that leads nowhere, or on another computer, is left as it is', async () => {
    expect(await canonicalPath({ files: ownFiles }, '/no/such/file')).toBe('/no/such/file')
    expect(await canonicalPath({ files: null }, '/bin/../bin/sh')).toBe('/bin/../bin/sh')
  })
})
