import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { parseOptions } from './options.ts'
import { startEngine } from './start-engine.ts'

let home: string
const at = (...parts: string[]) => join(home, ...parts)
const data = (...parts: string[]) => at('.local/share/strata', ...parts)

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'strata-start-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** With a host that is never there: what is looked at are Strata's own files. */
const start = () => {
  const away = {
    id: 'away',
    label: 'Away',
    uri: 'qemu+unix:///session?socket=/none',
    autospawn: false,
  }
  const options = parseOptions([], { HOME: home, STRATA_HOSTS: JSON.stringify([away]) }, 'refuse')
  return startEngine(options, () => Promise.resolve(''))
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

const promise =
  '{"type":"job","jobId":"j","kind":"k","title":"Create “web”","hostId":null,"machineUuid":null,"startedAtMs":1}\n'
const tomorrow = `${promise}{"type":"will-undo","step":{"kind":"fold-space","of":"web"}}\n`

describe('the start', () => {
  it.each([
    ['a journal that is a folder', () => mkdir(data('journal/a.jsonl'), { recursive: true }), true],
    ['a journal that is a folder and not empty', () => write(data('journal/a.jsonl/b'), 'x'), true],
    ['a journal of a later version', () => write(data('journal/a.jsonl'), tomorrow), false],
    ['a file for the folder of journals', () => write(data('journal'), 'x'), true],
    ['a file for the trash', () => write(data('trash'), 'x'), true],
    ['a file for the histories', () => write(data('histories'), 'x'), true],
    ['a file for the data folder', () => write(data(), 'x'), true],
    ['a file for the cache', () => write(at('.cache/strata'), 'x'), true],
    ['a file for the log’s folder', () => write(at('.local/state/strata'), 'x'), true],
    ['a file for the settings’ folder', () => write(at('.config/strata'), 'x'), true],
    ['settings that are none', () => write(at('.config/strata/settings.json'), '{'), true],
    ['settings that are a folder', () => mkdir(at('.config/strata/settings.json'), { recursive: true }), true],
  ])('goes on with %s, and tells of it', async (_what, breakIt, isMoved) => {
    await breakIt()
    const { engine, close } = await start()
    const client = createRouterClient(engine.router)
    const notices = await client.settings.notices()
    expect(notices).toHaveLength(1)
    expect(notices[0]?.setAsidePath !== null).toBe(isMoved)
    if (isMoved)
      expect(await readdir(dirname(notices[0]?.path ?? ''))).toContain(notices[0]?.setAsidePath?.split('/').at(-1))
    expect(await readFile(at('.local/state/strata/strata.log'), 'utf8')).toContain(notices[0]?.path ?? 'no path')
    expect((await client.settings.change({ theme: 'dark' })).theme).toBe('dark') // and all else works
    await close()
  })

  // No folder is closed to root.
  it.runIf(process.getuid?.() !== 0)('opens a closed folder of journals', async () => {
    await mkdir(data('journal'), { recursive: true })
    await chmod(data('journal'), 0)
    await (await start()).close()
  })

  it('keeps the journal of a later version as it is', async () => {
    await write(data('journal/a.jsonl'), tomorrow)
    await (await start()).close()
    expect(await readFile(data('journal/a.jsonl'), 'utf8')).toBe(tomorrow)
  })

  it('tells of nothing when nothing is wrong', async () => {
    const { engine, close } = await start()
    expect(await createRouterClient(engine.router).settings.notices()).toEqual([])
    await close()
  })

  // Only root can give a folder to another user.
  it.runIf(process.getuid?.() === 0)('refuses a data folder of another user', async () => {
    const other = Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout)
    await mkdir(data(), { recursive: true })
    await chown(data(), other, other)
    await expect(start()).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringContaining('another user') as string,
    })
  })
})
