import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { lockDataFolder } from './engine-lock.ts'

describe('the lock on a data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strata-lock-'))
    await Promise.all(['data', 'other'].map((name) => mkdir(join(folder, name))))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('lets one engine in, and the next when it has left', async () => {
    const release = await lockDataFolder(join(folder, 'data'))
    await expect(lockDataFolder(join(folder, 'data'))).rejects.toMatchObject({ code: 'busy' })
    await release()
    await (
      await lockDataFolder(join(folder, 'data'))
    )()
  })

  it('knows a folder by another name, and leaves other folders alone', async () => {
    const release = await lockDataFolder(join(folder, 'data'))
    await symlink('data', join(folder, 'alias'))
    await expect(lockDataFolder(join(folder, 'alias'))).rejects.toMatchObject({ code: 'busy' })
    await (
      await lockDataFolder(join(folder, 'other'))
    )()
    await release()
  })

  it('goes to exactly one of many that start at once, again and again', async () => {
    for (let round = 0; round < 10; round += 1) {
      const starts = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(join(folder, 'data'))))
      const held = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(held).toHaveLength(1)
      expect(
        starts.filter((one) => one.status === 'rejected' && (one.reason as { code: string }).code === 'busy'),
      ).toHaveLength(7)
      await held[0]?.() // dead now, as after a crash: the next round finds its name
      expect(await readdir(join(folder, 'data'))).toHaveLength(1)
    }
  })

  it('works in a folder whose path is longer than a socket may have', async () => {
    const deep = join(folder, 'x'.repeat(120), 'y'.repeat(120))
    await mkdir(deep, { recursive: true })
    const release = await lockDataFolder(deep)
    await expect(lockDataFolder(deep)).rejects.toMatchObject({ code: 'busy' })
    await release()
  })

  it('is free again when its process was killed', async () => {
    const lock = fileURLToPath(new URL('engine-lock.ts', import.meta.url))
    const script = `import(${JSON.stringify(lock)}).then(async ({ lockDataFolder }) => {
      await lockDataFolder(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000)
    })`
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    const holder = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const failed = once(holder, 'exit').then(() => expect.fail('the holder ended by itself'))
    await Promise.race([once(holder.stdout, 'data'), failed])
    failed.catch(() => undefined) // from here on its end is what is wanted
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'busy' })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await (
      await lockDataFolder(folder)
    )()
  })
})
