import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { PartialFile, partialDownloads } from './partial-file.ts'

describe('a file that has not arrived whole', () => {
  let folder: string
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'partial-')), 'images')
  })
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

  const from = { url: 'https://x/tiny.qcow2', etag: '"1"', lastModified: null, totalBytes: 100 }

  it('remembers of what it is the beginning, and leaves nothing when it is removed', async () => {
    const partial = new PartialFile(folder, 'tiny-1-amd64')
    expect(await partial.sizeBytes()).toBe(0)
    expect(await partialDownloads(folder)).toEqual(new Map())
    await partial.noteOrigin(from)
    await writeFile(partial.path, 'half')
    expect(await new PartialFile(folder, 'tiny-1-amd64').origin()).toEqual(from)
    expect(await partial.sizeBytes()).toBe(4)
    expect(await partialDownloads(folder)).toEqual(new Map([['tiny-1-amd64', 4]]))
    await partial.remove()
    expect(await readdir(folder)).toEqual([])
  })

  it('begins anew when what it was noted by is damaged', async () => {
    const partial = new PartialFile(folder, 'tiny-1-amd64')
    await partial.noteOrigin(from)
    await writeFile(`${partial.path}.json`, '{"url":')
    expect(await partial.origin()).toBeNull()
  })
})
