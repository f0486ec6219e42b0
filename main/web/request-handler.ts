import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { wantedKind, type RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'

import { answerFile, answerHtml, answerText, commonHeaders } from './answers.ts'
import { refuseForeignRequest } from './request-guard.ts'
import { secretOfRequest } from './session-secret.ts'
import { signInPage, signInScript } from './sign-in-page.ts'
import type { SignIn } from './sign-in.ts'

/** A token and its field's name, with room to spare. */
const SIGN_IN_BODY_BYTES = 1024

export interface Site {
  /** `127.0.0.1:<port>` */
  readonly authority: string
  readonly signIn: SignIn
  readonly files: Promise<RendererFiles>
}

/**
 * Answers one plain request: first who may ask at all, then what was asked for. The window's own files are the same
 * for everybody and hold no secret; whoever has them can do nothing before they show a session at `/rpc`.
 */
export async function handleRequest(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  setHeaders(response, site, randomBytes(18).toString('base64url'))
  const refusal = refuseForeignRequest(request, site.authority)
  if (refusal !== null) return answerText(response, refusal.status, refusal.sentence)
  const path = pathOf(request)
  if (path === null) return answerText(response, 400, 'This is no path.')

  if (path === '/login' && request.method === 'POST') return signIn(request, response, site)
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (reads && path === '/login') return answerFile(request, response, signInPage)
  if (reads && path === '/login.js') return answerFile(request, response, signInScript)

  if (path === '/session') return answerSession(request, response, site)
  if (!reads) {
    response.setHeader('Allow', path === '/login' ? 'GET, HEAD, POST' : 'GET, HEAD')
    return answerText(response, 405, 'This can only be read.')
  }
  answerPart(request, response, site, path, await site.files)
}

function answerPart(
  request: IncomingMessage,
  response: ServerResponse,
  site: Site,
  path: string,
  files: RendererFiles,
): void {
  const asks = wantedKind(path, (name) => request.headers[name]?.toString())
  const answer = files.answer(path, asks)
  switch (answer.kind) {
    case 'file':
      return answerFile(request, response, answer.file)
    case 'document':
      setHeaders(response, site, answer.nonce)
      return answerHtml(response, answer.html)
    case 'missing':
      return answerText(response, 404, 'There is nothing at this path.')
  }
}

/** Whether the shown session is alive (GET), and its end (DELETE). */
function answerSession(request: IncomingMessage, response: ServerResponse, site: Site): void {
  const session = site.signIn.session(secretOfRequest(request))
  if (session === null) {
    return answerText(response, 401, 'Not signed in. Open the address that Strata printed when it started.')
  }
  switch (request.method) {
    case 'DELETE':
      site.signIn.signOut(session)
      return answerText(response, 200, 'Signed out.')
    case 'GET':
    case 'HEAD':
      return answerText(response, 200, 'Signed in.')
    default:
      response.setHeader('Allow', 'GET, HEAD, DELETE')
      return answerText(response, 405, 'A session can be looked at and ended.')
  }
}

async function signIn(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/x-www-form-urlencoded') {
    return answerText(response, 415, 'A form is expected.')
  }
  const body = await readBody(request, SIGN_IN_BODY_BYTES)
  if (body === null) {
    response.setHeader('Connection', 'close') // the rest of it is not worth reading
    return answerText(response, 413, 'This is too long for a token.')
  }
  const secret = site.signIn.redeem(new URLSearchParams(body).get('token') ?? '')
  if (secret === null) {
    return answerText(
      response,
      403,
      'This address was used before, is too old, or is not whole. Start Strata again for a new one.',
    )
  }
  answerText(response, 200, secret)
}

function setHeaders(response: ServerResponse, site: Site, nonce: string): void {
  for (const [name, value] of Object.entries(commonHeaders(site.authority, nonce))) response.setHeader(name, value)
}

/** Null for a target that is no path of this server, as a proxy's `GET http://elsewhere/`. */
export function pathOf(request: IncomingMessage): string | null {
  const target = request.url ?? ''
  return target.startsWith('/') ? (target.split('?', 1)[0] ?? null) : null
}

async function readBody(request: IncomingMessage, limitBytes: number): Promise<string | null> {
  const chunks: Buffer[] = []
  let total = 0
  // Leaving the loop must not destroy the socket that the answer still needs.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > limitBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
