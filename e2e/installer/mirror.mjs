// Debian's archive on a port of this machine, for an installer that runs in a guest: fetched from where apt fetches it,
// packages kept in the cache so that a second installation needs no network for them.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { cacheFolder } from '../guest/cache-folder.mjs'
import { runTool } from '../guest/run-tool.mjs'

/** Where apt gets Debian from on this machine. The archive of security updates lies beside it on every full mirror. */
export function archives() {
  const targets = runTool('apt-get', ['indextargets', '--format', '$(REPO_URI)']).toString()
  const archive = targets.split('\n').find((uri) => /^http.*\/debian\/?$/.test(uri))
  if (archive === undefined) throw new Error('apt fetches Debian from nowhere by HTTP: see /etc/apt/sources.list.d.')
  const base = archive.replace(/\/?$/, '/')
  return [
    { path: '/debian/', base },
    { path: '/debian-security/', base: base.replace(/debian\/$/, 'debian-security/') },
  ]
}

/** Only packages never change under their name. @param {string} path */
const isForEver = (path) => /\.u?deb$/.test(path)

/**
 * Starts the mirror on a free port of loopback, which a guest on QEMU's user-mode network reaches as 10.0.2.2.
 * @param {ReadonlyMap<string, Uint8Array>} [own] files by their path, served in place of what the archive has
 * @returns {Promise<{ port: number, servedCount: () => number, close: () => void }>}
 */
export async function startMirror(own = new Map()) {
  const sources = archives()
  const folder = cacheFolder('mirror')
  let served = 0
  const server = createServer((request, response) => {
    serve(request.url ?? '/', request.method === 'HEAD', response).catch(() => response.destroy())
  })

  /** @param {string} url @param {boolean} headOnly @param {import('node:http').ServerResponse} response */
  async function serve(url, headOnly, response) {
    const ownFile = own.get(url)
    if (ownFile !== undefined) return void response.end(headOnly ? undefined : ownFile)
    const source = sources.find(({ path }) => url.startsWith(path))
    if (source === undefined) return void response.writeHead(404).end()
    const path = url.slice(source.path.length)
    const kept = join(folder, createHash('sha256').update(path).digest('hex'))
    if (!existsSync(kept) || !isForEver(path)) {
      const answer = await fetch(new URL(path, source.base), { method: headOnly ? 'HEAD' : 'GET' })
      if (!answer.ok || answer.body === null || !isForEver(path)) return void (await pass(answer, response))
      const unfinished = `${kept}.${process.pid}-${served}`
      await pipeline(Readable.fromWeb(/** @type {any} */ (answer.body)), createWriteStream(unfinished)).catch(
        (error) => {
          rmSync(unfinished, { force: true })
          throw error
        },
      )
      renameSync(unfinished, kept)
    }
    served += 1
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    if (headOnly) return void response.end()
    await pipeline(createReadStream(kept), response)
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The mirror has no port.')
  return { port: address.port, servedCount: () => served, close: () => void server.close().closeAllConnections() }
}

/** @param {Response} answer @param {import('node:http').ServerResponse} response */
async function pass(answer, response) {
  const length = answer.headers.get('content-length')
  response.writeHead(answer.status, length === null ? {} : { 'content-length': length })
  if (answer.body === null) return void response.end()
  await pipeline(Readable.fromWeb(/** @type {any} */ (answer.body)), response)
}
