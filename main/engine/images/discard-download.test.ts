import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { deferred } from '../deferred.ts'
import { discardDownload } from './discard-download.ts'
import { imageTurn } from './ensure-image.ts'
import { ImageLibrary } from './image-library.ts'
import { PartialFile } from './partial-file.ts'

describe('what has arrived of a download', () => {
  let images: ImageLibrary
  beforeAll(async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'strata-discard-'))
    images = new ImageLibrary({
      cacheDir,
      catalogueLocation: null,
      listed: () => Promise.resolve([]),
      closing: new AbortController().signal,
    })
  })
  afterAll(() => rm(join(images.folder, '..'), { recursive: true, force: true }))

  it('is thrown away once nobody downloads it any more, with what is known of it', async () => {
    const partial = new PartialFile(images.folder, 'debian-12-amd64')
    await partial.noteOrigin({ url: 'https://example.org/a', etag: null, lastModified: null, totalBytes: 9 })
    await writeFile(partial.path, 'begun')
    const goingOn = deferred<void>()
    const download = images.inTurn(imageTurn('debian-12-amd64'), () => goingOn.promise)

    await expect(discardDownload({ images }, 'debian-12-amd64')).rejects.toMatchObject({ code: 'busy' })
    expect(await partial.sizeBytes()).toBe(5)

    goingOn.resolve()
    await download
    await discardDownload({ images }, 'debian-12-amd64')
    expect(await readdir(images.folder)).toEqual([])
  })
})
