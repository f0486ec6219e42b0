import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fitBounds, readWindowPlace, saveWindowPlace, type Rectangle } from './window-bounds.ts'

const laptop: Rectangle = { x: 0, y: 24, width: 1440, height: 876 }
const desk: Rectangle = { x: 1440, y: 0, width: 2560, height: 1440 }

describe("the window's bounds", () => {
  it('are the middle of the main screen the first time', () => {
    expect(fitBounds(null, [laptop, desk])).toEqual({ x: 40, y: 32, width: 1360, height: 860 })
  })

  it('are where they were, on whichever screen', () => {
    const onDesk = { x: 1600, y: 100, width: 1200, height: 800 }
    expect(fitBounds(onDesk, [laptop, desk])).toEqual(onDesk)
  })

  it('come back to the main screen when the other one is gone', () => {
    expect(fitBounds({ x: 1600, y: 100, width: 1200, height: 800 }, [laptop])).toEqual(fitBounds(null, [laptop]))
  })

  it.each([
    ['above the screen', { x: 100, y: -300, width: 1200, height: 800 }],
    ['below its lower edge', { x: 100, y: 895, width: 1200, height: 800 }],
    ['beside it but for a sliver', { x: -1150, y: 100, width: 1200, height: 800 }],
  ])('are forgotten when no hand could reach the title bar: %s', (_where, bounds) => {
    expect(fitBounds(bounds, [laptop])).toEqual(fitBounds(null, [laptop]))
  })

  it('are never smaller than the page needs, nor larger than the screen', () => {
    expect(fitBounds({ x: 0, y: 24, width: 300, height: 200 }, [laptop])).toMatchObject({ width: 960, height: 600 })
    expect(fitBounds({ x: 0, y: 24, width: 9000, height: 9000 }, [laptop])).toMatchObject({ width: 1440, height: 876 })
    expect(fitBounds(null, [{ x: 0, y: 0, width: 800, height: 500 }])).toEqual({ x: 0, y: 0, width: 800, height: 500 })
  })
})

describe("the window's remembered place", () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strata-place-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('comes back as it was saved', async () => {
    const place = { bounds: { x: -5, y: 0, width: 1000, height: 700 }, maximized: true }
    await saveWindowPlace(join(folder, 'config', 'window.json'), place)
    expect(await readWindowPlace(join(folder, 'config', 'window.json'))).toEqual(place)
  })

  it.each(['', '{', '[]', '{"bounds":{"x":"1"}}', '{"bounds":{"x":1.5,"y":0,"width":1,"height":1},"maximized":true}'])(
    'is nothing when the file holds %j',
    async (text) => {
      await writeFile(join(folder, 'window.json'), text)
      expect(await readWindowPlace(join(folder, 'window.json'))).toBeNull()
    },
  )

  it('is nothing before the first time', async () => {
    expect(await readWindowPlace(join(folder, 'window.json'))).toBeNull()
  })
})
