import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { contentPolicy } from './content-policy.ts'
import { RendererFiles, wantedKind } from './renderer-files.ts'

describe('the built renderer', () => {
  let folder: string

  beforeEach(async () => {
    const base = await mkdtemp(join(tmpdir(), 'strata-files-'))
    await writeFile(join(base, 'secret.txt'), 'not for the window')
    folder = join(base, 'renderer')
    await mkdir(join(folder, 'assets'), { recursive: true })
    await writeFile(join(folder, 'index.html'), '<meta nonce="__STRATA_NONCE__"><link nonce="__STRATA_NONCE__">')
    await writeFile(join(folder, 'assets', 'index-1a2b.js'), 'export {}')
    await writeFile(join(folder, 'icon.svg'), '<svg/>')
  })

  afterEach(async () => {
    await rm(join(folder, '..'), { recursive: true })
  })

  it('gives each document a nonce of its own, in every place that asks for it', async () => {
    const files = await RendererFiles.load(folder)
    const [first, second] = [files.answer('/', 'document'), files.answer('/machines/x', 'document')]
    if (first.kind !== 'document' || second.kind !== 'document') throw new Error('expected documents')
    expect(first.nonce).not.toBe(second.nonce)
    expect(first.html).toBe(`<meta nonce="${first.nonce}"><link nonce="${first.nonce}">`)
    expect(Buffer.from(first.nonce, 'base64url')).toHaveLength(18)
  })

  it('knows files by their path, with type, and marks only hashed names as lasting', async () => {
    const files = await RendererFiles.load(folder)
    expect(files.answer('/assets/index-1a2b.js', 'part')).toMatchObject({
      kind: 'file',
      file: { mediaType: 'text/javascript; charset=utf-8', immutable: true },
    })
    expect(files.answer('/icon.svg', 'part')).toMatchObject({ file: { mediaType: 'image/svg+xml', immutable: false } })
  })

  it('turns only navigations into the document, and never the name of a lost asset', async () => {
    const files = await RendererFiles.load(folder)
    expect(files.answer('/hosts/made.example', 'document').kind).toBe('document')
    expect(files.answer('/index.html', 'document').kind).toBe('document')
    expect(files.answer('/machines/local/abc', 'part').kind).toBe('missing')
    expect(files.answer('/assets/gone-9.js', 'document').kind).toBe('missing')
    expect(files.answer('/assets/gone-9.js', 'part').kind).toBe('missing')
  })

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '/..%2fsecret.txt', '/%c0%ae', '/%'])(
    'has nothing at %s',
    async (path) => {
      const files = await RendererFiles.load(folder)
      expect(files.answer(path, 'part').kind).toBe('missing')
      expect(files.answer(path, 'document').kind).not.toBe('file')
    },
  )

  it('goes on serving what it read when the folder is built anew', async () => {
    const files = await RendererFiles.load(folder)
    await rm(join(folder, 'assets'), { recursive: true })
    expect(files.answer('/assets/index-1a2b.js', 'part').kind).toBe('file')
  })

  it('says what to do when the renderer is not built', async () => {
    await rm(join(folder, 'index.html'))
    await expect(RendererFiles.load(folder)).rejects.toThrow('npm run build')
  })
})

describe('what is asked for', () => {
  const asks = (path: string, headers: Record<string, string>) => wantedKind(path, (name) => headers[name])

  it('is told by the browser', () => {
    expect(asks('/new', { 'sec-fetch-mode': 'navigate' })).toBe('document')
    expect(asks('/new', { 'sec-fetch-mode': 'cors', accept: 'text/html' })).toBe('part')
  })

  it('is guessed from Accept where nothing is told', () => {
    expect(asks('/new', { accept: 'text/html,*/*;q=0.8' })).toBe('document')
    expect(asks('/new', { accept: '*/*' })).toBe('part')
    expect(asks('/', {})).toBe('document')
  })
})

describe('the content policy', () => {
  it('starts from nothing and names no remote origin, inline script or eval', () => {
    const policy = contentPolicy('abc', ['ws://127.0.0.1:1'])
    expect(policy.split('; ')[0]).toBe("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("connect-src 'self' ws://127.0.0.1:1;")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })
})
