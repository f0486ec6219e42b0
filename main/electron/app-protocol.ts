import { contentPolicy, isolationHeaders } from '@strata/engine/renderer-files/content-policy.ts'
import { wantedKind, type RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'

import { isAppAddress } from './app-address.ts'

/** What is asked of the scheme; a part of the web's Request. */
export interface AppRequest {
  readonly url: string
  readonly method: string
  readonly headers: Pick<Headers, 'get'>
}

/** Answers a request for `app://strata/…` from the built renderer. */
export function answerAppRequest(request: AppRequest, files: RendererFiles): Response {
  if (!isAppAddress(request.url)) return refuse(404)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
  const { pathname } = new URL(request.url)
  const answer = files.answer(
    pathname,
    wantedKind(pathname, (name) => request.headers.get(name)),
  )
  switch (answer.kind) {
    case 'document':
      return respond(200, answer.html, answer.nonce, {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
      })
    case 'file':
      return respond(200, new Uint8Array(answer.file.body), '', { 'Content-Type': answer.file.mediaType })
    case 'missing':
      return refuse(404)
  }
}

function refuse(status: 404 | 405): Response {
  return respond(status, null, '', {})
}

function respond(
  status: number,
  body: string | Uint8Array<ArrayBuffer> | null,
  nonce: string,
  headers: Record<string, string>,
): Response {
  // A custom scheme gets no header from anybody else. Without a document's nonce: one that nobody knows.
  const policy = contentPolicy(nonce === '' ? crypto.randomUUID() : nonce)
  return new Response(body, { status, headers: { ...isolationHeaders, 'Content-Security-Policy': policy, ...headers } })
}
