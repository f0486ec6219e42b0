import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openLog } from './log.ts'

describe('the log', () => {
  let stateDir: string
  beforeEach(async () => {
    stateDir = join(await mkdtemp(join(tmpdir(), 'strata-log-')), 'state', 'strata')
  })
  afterEach(() => rm(join(stateDir, '..', '..'), { recursive: true }))

  const path = () => join(stateDir, 'strata.log')

  it('is readable by its user only and has each line at once', async () => {
    const { log, close } = openLog(stateDir)
    log.info({ hostId: 'local' }, 'connected')
    const line = JSON.parse(await readFile(path(), 'utf8')) as Record<string, unknown>
    expect(line).toMatchObject({ msg: 'connected', hostId: 'local' })
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    close()
  })

  it('keeps secrets out, also one level down', async () => {
    const { log, close } = openLog(stateDir)
    log.warn(
      { password: 'hunter2', console: { ticket: 'hunter2', machine: 'web' }, request: { token: 'hunter2' } },
      'oops',
    )
    const text = await readFile(path(), 'utf8')
    expect(text).not.toContain('hunter2')
    expect(text).toContain('"machine":"web"')
    close()
  })

  it('starts anew when it has grown large, and keeps the old one', async () => {
    const first = openLog(stateDir)
    first.close()
    await truncate(path(), 9 * 1024 * 1024)
    openLog(stateDir).close()
    expect((await stat(path())).size).toBe(0)
    expect((await stat(`${path()}.1`)).size).toBe(9 * 1024 * 1024)
  })
})
