import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { stamp, takeInside } from '../testing/stamped-disk.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { standsAtPoint } from './stands-at-point.ts'

describe('whether an image stands at one of its points', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stands-'))
    path = join(folder, 'disk.qcow2')
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '1G'])
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('is seen right after the point was taken, and after going back, but not after a write', async () => {
    await stamp(path, 'O')
    await takeInside(path, 'old')
    expect(await standsAtPoint(ownFiles, path, 'old')).toBe(true)
    await stamp(path, 'P')
    expect(await standsAtPoint(ownFiles, path, 'old')).toBe(false)
    execFileSync('qemu-img', ['snapshot', '-a', 'old', path])
    expect(await standsAtPoint(ownFiles, path, 'old')).toBe(true)
  })

  it('is seen of an image that has grown since', async () => {
    await takeInside(path, 'small')
    execFileSync('qemu-img', ['resize', '-q', '-f', 'qcow2', path, '2G'])
    expect(await standsAtPoint(ownFiles, path, 'small')).toBe(true)
  })

  it('cannot be told of a point that is not there, or of a name that two have', async () => {
    expect(await standsAtPoint(ownFiles, path, 'none')).toBeNull()
    await takeInside(path, 'same')
    await takeInside(path, 'same')
    expect(await standsAtPoint(ownFiles, path, 'same')).toBeNull()
    expect(await standsAtPoint(ownFiles, join(folder, 'none.qcow2'), 'same')).toBeNull()
  })
})
