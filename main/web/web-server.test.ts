import { once } from 'node:events'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import { rawRequest, upgradeHeaders } from './testing/raw-request.ts'
import { SESSION_IDLE_MS, TOKEN_LIFE_MS } from './sign-in.ts'
import { protocolLine, redeem, serveSite, type ServedSite } from './testing/served-site.ts'

let site: ServedSite
let url: string
/** The header that shows the session at a WebSocket. */
let session: string

beforeAll(async () => {
  site = await serveSite()
  url = site.server.url
  session = protocolLine(await site.signIn())
})
afterAll(() => site[Symbol.asyncDispose]())

const get = (path: string, headers: readonly string[] = []) => rawRequest(url, { path, headers })
const navigation = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document', 'Sec-Fetch-Site: same-origin']
const upgrade = (path: string, headers: readonly string[]) => get(path, [...upgradeHeaders, ...headers])

describe('signing in', () => {
  it('turns a token into the secret of a session, once', async () => {
    const token = site.server.signIn.issueToken()
    const first = await redeem(site.server, token)
    expect(first.status).toBe(200)
    expect(first.body).toMatch(/^[\w-]{43}\n$/)
    expect(first.headers['cache-control']).toBe('no-store')

    const replayed = await redeem(site.server, token)
    expect(replayed.status).toBe(403)
    expect(replayed.body).not.toMatch(/[\w-]{43}/)
  })

  it('sets no cookie: a browser would send it to every other port of this computer', async () => {
    const answers = [await redeem(site.server, site.server.signIn.issueToken()), await get('/'), await get('/login')]
    for (const answer of answers) expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('refuses a token that nobody used within the hour', async () => {
    let nowMs = 0
    await using later = await serveSite({ now: () => nowMs })
    const token = later.server.signIn.issueToken()
    nowMs = TOKEN_LIFE_MS + 1
    expect((await redeem(later.server, token)).status).toBe(403)
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
  it.each(['/', '/assets/index-1a2b.js', '/machines/x'])(
    'gets the window’s own files, which hold no secret, at %s',
    async (path) => {
      expect((await get(path, path.includes('.') ? [] : navigation)).status).toBe(200)
    },
  )

  it.each([
    ['none', []],
    ['a wrong one', ['Authorization: Strata x']],
    ['a cookie', ['Cookie: strata=x']],
  ])('is answered 401 at the session with %s', async (_what, headers: string[]) => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await rawRequest(url, { method, path: '/session', headers: [...headers, `Origin: ${url}`] })
      expect(answer.status).toBe(401)
    }
  })

  it('is answered as ever when a page of another port has filled the browser with cookies', async () => {
    // As many and as long as Chromium keeps for one name.
    const junk = `Cookie: ${Array.from({ length: 180 }, (_, at) => `${at}=${'x'.repeat(4000)}`).join('; ')}`
    expect((await get('/', [junk])).status).toBe(200)
    expect((await upgrade('/rpc', [junk, session, `Origin: ${url}`])).status).toBe(101)
  })
})

describe('a session', () => {
  const clock = { nowMs: 0 }
  const ask = (server: string, method: string, secret: string) =>
    rawRequest(server, { method, path: '/session', headers: [`Authorization: Strata ${secret}`, `Origin: ${server}`] })
  const open = async (server: string, secret: string) => {
    const socket = new WebSocket(`${server.replace('http', 'ws')}/rpc`, ['strata', `strata-session.${secret}`], {
      origin: server,
    })
    await once(socket, 'open')
    return socket
  }

  it('ends when it is signed out, with every connection it has, and leaves others alone', async () => {
    await using own = await serveSite()
    const [mine, other] = [await own.signIn(), await own.signIn()]
    const [left, stays] = [await open(own.server.url, mine), await open(own.server.url, other)]
    const closed = once(left, 'close') as Promise<[number]>
    expect((await ask(own.server.url, 'DELETE', mine)).status).toBe(200)
    expect((await closed)[0]).toBe(4001)
    expect((await ask(own.server.url, 'GET', mine)).status).toBe(401)
    expect((await ask(own.server.url, 'GET', other)).status).toBe(200)
    expect(stays.readyState).toBe(WebSocket.OPEN)
    stays.terminate()
  })

  it('tells when nobody is signed in any more, so that a new address can be given', async () => {
    await using own = await serveSite()
    let told = 0
    own.server.signIn.onEverybodyLeft = () => (told += 1)
    const secrets = [await own.signIn(), await own.signIn()]
    for (const secret of secrets) await ask(own.server.url, 'DELETE', secret)
    expect(told).toBe(1)
  })

  it('ends after its idle time, and never while a window is connected', async () => {
    await using own = await serveSite({ now: () => clock.nowMs })
    const secret = await own.signIn()
    const socket = await open(own.server.url, secret)
    clock.nowMs += 10 * SESSION_IDLE_MS
    expect((await ask(own.server.url, 'GET', secret)).status).toBe(200)
    socket.close()
    await once(socket, 'close')
    clock.nowMs += SESSION_IDLE_MS - 1
    expect((await ask(own.server.url, 'GET', secret)).status).toBe(200) // and renewed by this
    clock.nowMs += SESSION_IDLE_MS - 1
    expect((await ask(own.server.url, 'GET', secret)).status).toBe(200)
    clock.nowMs += SESSION_IDLE_MS + 1
    expect((await ask(own.server.url, 'GET', secret)).status).toBe(401)
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
    expect((await get('/', headers())).status).toBe(421)
    expect((await get('/login', headers())).status).toBe(421)
    expect((await upgrade('/rpc', [...headers(), session, `Origin: ${url}`])).status).toBe(421)
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
      expect((await get('/', [`Origin: ${origin}`])).status).toBe(401)
    }
  })

  it('is answered 401 when a page of another port loads a part of ours', async () => {
    const headers = ['Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script']
    expect((await get('/assets/index-1a2b.js', headers)).status).toBe(401)
  })

  it('is answered 401 inside a frame and 200 as a navigation', async () => {
    const from = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate']
    expect((await get('/', [...from, 'Sec-Fetch-Dest: iframe'])).status).toBe(401)
    expect((await get('/', [...from, 'Sec-Fetch-Dest: document'])).status).toBe(200)
  })

  it('is answered 401 when it changes something and does not say where it comes from', async () => {
    expect((await rawRequest(url, { method: 'POST', headers: [] })).status).toBe(401)
  })
})

describe('a request', () => {
  it('gets the document for any page of the router, and only when a window goes there', async () => {
    for (const path of ['/', '/machines/local/abc?tab=console']) {
      const answer = await get(path, [...navigation])
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    }
    expect((await get('/machines/local/abc', ['Sec-Fetch-Mode: cors', 'Sec-Fetch-Site: same-origin'])).status).toBe(404)
  })

  it('is answered 404 for an asset that is not there, and for paths that lead outside', async () => {
    for (const path of [
      '/assets/gone-1.js',
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fetc%2fpasswd',
    ]) {
      expect((await get(path, [])).status).toBe(404)
    }
  })

  it('is answered 405 for a method that would change something', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await rawRequest(url, { method, headers: [`Origin: ${url}`] })
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
    }
  })

  it('is answered 400 when the target is no path', async () => {
    expect((await get('http://evil.example/', [])).status).toBe(400)
  })

  it('gets no body when it asks for the head, and 304 when it has the file', async () => {
    const head = await rawRequest(url, { method: 'HEAD', path: '/assets/index-1a2b.js', headers: [] })
    expect([head.status, head.body]).toEqual([200, ''])
    const again = await get('/assets/index-1a2b.js', [`If-None-Match: ${head.headers['etag']}`])
    expect(again.status).toBe(304)
  })
})

describe('every answer', () => {
  it('carries the strict headers and allows no other origin', async () => {
    const answers = await Promise.all([
      get('/login'),
      get('/'),
      get('/', []),
      get('/assets/index-1a2b.js', []),
      get('/gone.js', []),
      get('/', ['Host: evil.example']),
      rawRequest(url, { method: 'OPTIONS', headers: [`Origin: ${url}`] }),
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
    const [first, second] = [await get('/', []), await get('/', [])]
    const nonceOf = (text: string | undefined) => /nonce[=-]"?([\w-]+)/.exec(text?.replace('csp-nonce', '') ?? '')?.[1]
    expect(nonceOf(first.body)).toBe(nonceOf(first.headers['content-security-policy']))
    expect(nonceOf(first.body)).not.toBe(nonceOf(second.body))
  })
})

describe('an upgrade', () => {
  it('is taken with session and origin', async () => {
    expect((await upgrade('/rpc', [session, `Origin: ${url}`])).status).toBe(101)
  })

  it.each([
    ['401 without an origin', '/rpc', (): string[] => [session], 401],
    ['401 from a foreign origin', '/rpc', () => [session, 'Origin: http://evil.example'], 401],
    ['401 from another port', '/console/abc', () => [session, 'Origin: http://127.0.0.1:1'], 401],
    ['401 without a session', '/rpc', () => [`Origin: ${url}`], 401],
    ['401 without a session at a console', '/console/abc', () => [`Origin: ${url}`], 401],
    ['404 at any other path', '/other', () => [session, `Origin: ${url}`], 404],
    ['404 for a ticket that is none', '/console/a/b', () => [session, `Origin: ${url}`], 404],
  ])('is refused with %s', async (_title, path, headers, status) => {
    const answer = await upgrade(path, headers())
    expect(answer.status).toBe(status)
    expect(answer.body).not.toBe('')
  })

  it('agrees to no compression', async () => {
    const answer = await upgrade('/rpc', [session, `Origin: ${url}`, 'Sec-WebSocket-Extensions: permessage-deflate'])
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
