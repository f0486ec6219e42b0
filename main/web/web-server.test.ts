import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { rawRequest, upgradeHeaders } from './testing/raw-request.ts'
import { redeem, serveSite, type ServedSite } from './testing/served-site.ts'

let site: ServedSite
let url: string
let cookie: string

beforeAll(async () => {
  site = await serveSite()
  url = site.server.url
  cookie = `Cookie: ${await site.signIn()}`
})
afterAll(() => site[Symbol.asyncDispose]())

const get = (path: string, headers: readonly string[] = []) => rawRequest(url, { path, headers })
const navigation = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document', 'Sec-Fetch-Site: same-origin']
const upgrade = (path: string, headers: readonly string[]) => get(path, [...upgradeHeaders, ...headers])

describe('signing in', () => {
  it('turns a token into a strict, script-proof cookie, once', async () => {
    const token = site.server.signIn.issueToken()
    const first = await redeem(site.server, token)
    expect(first.status).toBe(200)
    expect(first.headers['set-cookie']).toMatch(/^strata-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(first.headers['refresh']).toBe('0; url=/')

    const replayed = await redeem(site.server, token)
    expect(replayed.status).toBe(403)
    expect(replayed.headers['set-cookie']).toBeUndefined()
  })

  it('answers 403 to a wrong token and leaves the right one good', async () => {
    const token = site.server.signIn.issueToken()
    for (const wrong of ['', 'x', `${token}x`, token.slice(1)])
      expect((await redeem(site.server, wrong)).status).toBe(403)
    expect((await redeem(site.server, token)).status).toBe(200)
  })

  it('kills a token that was never used when it issues the next', async () => {
    const old = site.server.signIn.issueToken()
    site.server.signIn.issueToken()
    expect((await redeem(site.server, old)).status).toBe(403)
  })

  it('uses tokens of at least 128 bits, each its own', () => {
    const tokens = new Set(Array.from({ length: 50 }, () => site.server.signIn.issueToken()))
    expect(tokens.size).toBe(50)
    for (const token of tokens) expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16)
  })

  it.each([
    ['another site', ['Origin: http://evil.example']],
    ['a file or a sandboxed frame', ['Origin: null']],
    ['nobody', []],
  ])('answers 401 to a token from %s and does not use it up', async (_whose, headers) => {
    const token = site.server.signIn.issueToken()
    expect((await redeem(site.server, token, headers)).status).toBe(401)
    expect((await redeem(site.server, token)).status).toBe(200)
  })

  it('answers 413 to a body that no token needs, and 415 to anything but a form', async () => {
    expect((await redeem(site.server, 'x'.repeat(100_000))).status).toBe(413)
    const json = ['Content-Type: application/json', `Origin: ${url}`]
    expect((await rawRequest(url, { method: 'POST', path: '/login', headers: json, body: '{}' })).status).toBe(415)
  })

  it('serves its page and script to everybody, without the token in any of them', async () => {
    const token = site.server.signIn.issueToken()
    const [page, script] = await Promise.all([get('/login'), get('/login.js')])
    expect([page.status, script.status]).toEqual([200, 200])
    expect(page.body).toContain('src="/login.js"')
    expect(page.body + script.body).not.toContain(token)
  })
})

describe('a request without a session', () => {
  it.each([
    '/',
    '/index.html',
    '/assets/index-1a2b.js',
    '/machines/x',
    '/nothing.js',
    '/rpc',
    '/login/',
    '/login.js/x',
    '/%',
  ])('is answered 401 at %s', async (path) => {
    expect((await get(path)).status).toBe(401)
    expect((await get(path, navigation)).status).toBe(401)
  })

  it.each(['strata=x', 'strata-1=x', '', 'other=1; another=2'])(
    'is answered 401 with the cookie "%s"',
    async (value) => {
      expect((await get('/', [`Cookie: ${value}`])).status).toBe(401)
      const name = cookie.slice('Cookie: '.length).split('=')[0]
      expect((await get('/', [`Cookie: ${name}=${value}`])).status).toBe(401)
    },
  )

  it('is answered 401 for every method, also where a session would get 405', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await rawRequest(url, { method, headers: [`Origin: ${url}`] })).status).toBe(401)
    }
  })
})

describe('a request under a foreign name', () => {
  const port = () => new URL(url).port

  it.each([
    ['evil.example', () => ['Host: evil.example']],
    ['evil.example with our port', () => [`Host: evil.example:${port()}`]],
    ['localhost', () => [`Host: localhost:${port()}`]],
    ['our address without the port', () => ['Host: 127.0.0.1']],
    ['another port', () => ['Host: 127.0.0.1:1']],
    ['two hosts, ours first', () => [`Host: 127.0.0.1:${port()}`, 'Host: evil.example']],
  ])('is answered 421: %s', async (_name, headers) => {
    expect((await get('/', [...headers(), cookie])).status).toBe(421)
    expect((await get('/login', headers())).status).toBe(421)
    expect((await upgrade('/rpc', [...headers(), cookie, `Origin: ${url}`])).status).toBe(421)
  })
})

describe('a request from a foreign page', () => {
  it('is answered 401 when it names its origin', async () => {
    for (const origin of [
      'http://evil.example',
      'null',
      'http://127.0.0.1:1',
      'https://' + new URL(url).host,
      `${url}/`,
    ]) {
      expect((await get('/', [cookie, `Origin: ${origin}`])).status).toBe(401)
    }
  })

  it('is answered 401 when a page of another port loads a part of ours', async () => {
    const headers = [cookie, 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script']
    expect((await get('/assets/index-1a2b.js', headers)).status).toBe(401)
  })

  it('is answered 401 inside a frame and 200 as a navigation', async () => {
    const from = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate']
    expect((await get('/', [cookie, ...from, 'Sec-Fetch-Dest: iframe'])).status).toBe(401)
    expect((await get('/', [cookie, ...from, 'Sec-Fetch-Dest: document'])).status).toBe(200)
  })

  it('is answered 401 when it changes something and does not say where it comes from', async () => {
    expect((await rawRequest(url, { method: 'POST', headers: [cookie] })).status).toBe(401)
  })
})

describe('a request with a session', () => {
  it('gets the document for any page of the router, and only when a window goes there', async () => {
    for (const path of ['/', '/machines/local/abc?tab=console']) {
      const answer = await get(path, [cookie, ...navigation])
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    }
    expect(
      (await get('/machines/local/abc', [cookie, 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Site: same-origin'])).status,
    ).toBe(404)
  })

  it('is answered 404 for an asset that is not there, and for paths that lead outside', async () => {
    for (const path of [
      '/assets/gone-1.js',
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fetc%2fpasswd',
    ]) {
      expect((await get(path, [cookie])).status).toBe(404)
    }
  })

  it('is answered 405 for a method that would change something', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await rawRequest(url, { method, headers: [cookie, `Origin: ${url}`] })
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
    }
  })

  it('is answered 400 when the target is no path', async () => {
    expect((await get('http://evil.example/', [cookie])).status).toBe(400)
  })

  it('gets no body when it asks for the head, and 304 when it has the file', async () => {
    const head = await rawRequest(url, { method: 'HEAD', path: '/assets/index-1a2b.js', headers: [cookie] })
    expect([head.status, head.body]).toEqual([200, ''])
    const again = await get('/assets/index-1a2b.js', [cookie, `If-None-Match: ${head.headers['etag']}`])
    expect(again.status).toBe(304)
  })
})

describe('every answer', () => {
  it('carries the strict headers and allows no other origin', async () => {
    const answers = await Promise.all([
      get('/login'),
      get('/'),
      get('/', [cookie]),
      get('/assets/index-1a2b.js', [cookie]),
      get('/gone.js', [cookie]),
      get('/', ['Host: evil.example']),
      rawRequest(url, { method: 'OPTIONS', headers: [cookie, `Origin: ${url}`] }),
    ])
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /)
      expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://${new URL(url).host};`)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['permissions-policy']).toContain('camera=()')
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it('has a document whose nonce is the one of its own policy', async () => {
    const [first, second] = [await get('/', [cookie]), await get('/', [cookie])]
    const nonceOf = (text: string | undefined) => /nonce[=-]"?([\w-]+)/.exec(text?.replace('csp-nonce', '') ?? '')?.[1]
    expect(nonceOf(first.body)).toBe(nonceOf(first.headers['content-security-policy']))
    expect(nonceOf(first.body)).not.toBe(nonceOf(second.body))
  })
})

describe('an upgrade', () => {
  it('is taken with session and origin', async () => {
    expect((await upgrade('/rpc', [cookie, `Origin: ${url}`])).status).toBe(101)
  })

  it.each([
    ['401 without an origin', '/rpc', (): string[] => [cookie], 401],
    ['401 from a foreign origin', '/rpc', () => [cookie, 'Origin: http://evil.example'], 401],
    ['401 from another port', '/console/abc', () => [cookie, 'Origin: http://127.0.0.1:1'], 401],
    ['401 without a session', '/rpc', () => [`Origin: ${url}`], 401],
    ['401 without a session at a console', '/console/abc', () => [`Origin: ${url}`], 401],
    ['404 at any other path', '/other', () => [cookie, `Origin: ${url}`], 404],
    ['404 for a ticket that is none', '/console/a/b', () => [cookie, `Origin: ${url}`], 404],
  ])('is refused with %s', async (_title, path, headers, status) => {
    const answer = await upgrade(path, headers())
    expect(answer.status).toBe(status)
    expect(answer.body).not.toBe('')
  })

  it('agrees to no compression', async () => {
    const answer = await upgrade('/rpc', [cookie, `Origin: ${url}`, 'Sec-WebSocket-Extensions: permessage-deflate'])
    expect(answer.status).toBe(101)
    expect(answer.headers['sec-websocket-extensions']).toBeUndefined()
  })
})

describe('the server', () => {
  it('listens on loopback only', async () => {
    const { networkInterfaces } = await import('node:os')
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((at) => at?.family === 'IPv4' && !at.internal)
    const elsewhere = outside?.address ?? '127.0.0.2' // a container may have no other address
    await expect(rawRequest(`http://${elsewhere}:${new URL(url).port}`)).rejects.toThrow('ECONNREFUSED')
  })
})
