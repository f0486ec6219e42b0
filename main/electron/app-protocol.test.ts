import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { answerAppRequest } from './app-protocol.ts'

let base: string
let files: RendererFiles

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'strata-app-'))
  await mkdir(join(base, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(base, 'secret.txt'), 'not for the window')
  await writeFile(join(base, 'renderer', 'index.html'), '<meta property="csp-nonce" nonce="__STRATA_NONCE__">')
  await writeFile(join(base, 'renderer', 'assets', 'index-1a2b.js'), 'export {}')
  files = await RendererFiles.load(join(base, 'renderer'))
})
afterAll(() => rm(base, { recursive: true }))

const ask = (url: string, init: { method?: string; headers?: Record<string, string> } = {}) =>
  answerAppRequest({ url, method: init.method ?? 'GET', headers: new Headers(init.headers) }, files)
const navigation = { headers: { accept: 'text/html,application/xhtml+xml' } }

describe('app://strata', () => {
  it('answers every page of the router with the document, under a policy with its nonce', async () => {
    for (const path of ['/', '/new', '/machines/local/abc?tab=console#top']) {
      const answer = ask(`app://strata${path}`, navigation)
      const nonce = /nonce="([\w-]+)"/.exec((await answer.text()).replace('csp-nonce', ''))?.[1]
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
      expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self';")
    }
  })

  it('answers parts with their type, and lost ones with 404', async () => {
    const answer = ask('app://strata/assets/index-1a2b.js')
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'export {}',
    ])
    expect(ask('app://strata/assets/gone-1.js').status).toBe(404)
    expect(ask('app://strata/assets/gone-1.js', navigation).status).toBe(404)
    expect(ask('app://strata/new').status).toBe(404)
  })

  it.each([
    'app://strata/../secret.txt',
    'app://strata/%2e%2e/secret.txt',
    'app://strata/..%2fsecret.txt',
    'app://strata/assets/..%5c..%5csecret.txt',
    'app://strata//etc/passwd',
    'app://other/assets/index-1a2b.js',
    'app://strata.evil/assets/index-1a2b.js',
    'app://strata:80/assets/index-1a2b.js',
    'file:///etc/passwd',
  ])('has nothing at %s', (url) => {
    expect(ask(url).status).toBe(404)
  })

  it('can only be read', () => {
    for (const method of ['POST', 'PUT', 'DELETE']) expect(ask('app://strata/', { method }).status).toBe(405)
  })

  it('sends the strict headers with every answer', () => {
    for (const answer of [
      ask('app://strata/'),
      ask('app://strata/gone.js'),
      ask('app://strata/', { method: 'POST' }),
    ]) {
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /)
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    }
  })
})
