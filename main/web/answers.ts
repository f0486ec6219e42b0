import { STATUS_CODES, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

import { contentPolicy, isolationHeaders } from '@strata/engine/renderer-files/content-policy.ts'
import type { RendererFile } from '@strata/engine/renderer-files/renderer-files.ts'

/** Headers of every answer. A document brings its own nonce; anything else gets one that nobody knows. */
export function commonHeaders(authority: string, nonce: string): Record<string, string> {
  return { ...isolationHeaders, 'Content-Security-Policy': contentPolicy(nonce, [`ws://${authority}`]) }
}

/** Answers with a sentence for whoever reads it. */
export function answerText(response: ServerResponse, status: number, sentence: string): void {
  const body = `${sentence}\n`
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

export function answerHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
  response.end(html)
}

export function answerFile(request: IncomingMessage, response: ServerResponse, file: RendererFile): void {
  const headers: OutgoingHttpHeaders = {
    'Content-Type': file.mediaType,
    'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    ...(file.etag === '' ? {} : { ETag: file.etag }),
  }
  if (file.etag !== '' && request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(200, { ...headers, 'Content-Length': file.body.length })
  response.end(file.body) // Node leaves the body out of the answer to HEAD
}

/** Refuses an upgrade: there is no response object yet, only the socket. */
export function refuseUpgrade(socket: Duplex, status: number, sentence: string): void {
  socket.once('finish', () => socket.destroy())
  socket.end(plainAnswer(status, sentence))
}

/** A whole answer, for a connection that gets no other. */
export function plainAnswer(status: number, sentence: string): string {
  const body = `${sentence}\n`
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(isolationHeaders).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n')
}
