import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { addressText, writeAddressFile } from './address.ts'

describe('the address', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strata-address-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is written whole, for its user only, and removed at the end', async () => {
    const path = join(folder, 'run', 'address.json')
    const remove = await writeAddressFile(path, 'http://127.0.0.1:8080', 'secret')
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      url: 'http://127.0.0.1:8080',
      loginToken: 'secret',
      pid: process.pid,
    })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await remove()
    expect(await readdir(join(folder, 'run'))).toEqual([])
  })

  it('keeps the token behind the #, and says how to reach it from elsewhere', () => {
    const text = addressText('http://127.0.0.1:8080', 'secret', '10.0.0.9 50000 10.0.0.5 22')
    expect(text).toContain('http://127.0.0.1:8080/login#secret')
    expect(text).toMatch(/ssh -L 8080:127\.0\.0\.1:8080 \S+@10\.0\.0\.5\n/)
    expect(addressText('http://127.0.0.1:8080', 'secret', undefined)).toContain('@THIS-HOST')
  })
})
