import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { readDefinition } from './read-definition.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-definition-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const file = async (content: string | Uint8Array) => {
  const path = join(folder, 'machine.xml')
  await writeFile(path, content)
  return path
}

describe('readDefinition', () => {
  it('gives the text of a machine to the letter', async () => {
    const xml = "<?xml version='1.0'?>\n<!-- kept <domain> -->\n<!-- twice -->\n<domain type='kvm'>\r\n</domain>\n"
    expect(await readDefinition(await file(xml))).toBe(xml)
  })

  it('refuses what is no machine without giving any of it away', async () => {
    for (const content of ['root:x:0:0:root', '<network/>', '', '<!-- <domain>', '<html><domain></html>']) {
      await expect(readDefinition(await file(content))).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.not.stringContaining('root:x') as unknown,
      })
    }
  })

  it('refuses bytes, folders, pipes and what is too large', async () => {
    await expect(readDefinition(await file(Uint8Array.of(0x3c, 0xff, 0xfe)))).rejects.toMatchObject({
      code: 'invalid-input',
    })
    await expect(readDefinition(await file(`<domain>${'x'.repeat(1024 ** 2)}`))).rejects.toMatchObject({
      code: 'invalid-input',
    })
    const inner = join(folder, 'inner')
    await mkdir(inner)
    await expect(readDefinition(inner)).rejects.toMatchObject({ code: 'invalid-input' })
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(readDefinition(pipe)).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('says when there is no such file', async () => {
    const path = join(folder, 'gone.xml')
    await expect(readDefinition(path)).rejects.toMatchObject({
      code: 'not-found',
      message: `There is no file ${path}.`,
    })
  })
})
