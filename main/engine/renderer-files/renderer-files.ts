import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

import { NONCE_PLACEHOLDER } from './content-policy.ts'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** Where the build puts files whose names change with their content. */
const LASTING_FOLDER = '/assets/'

export interface RendererFile {
  readonly body: Buffer
  readonly mediaType: string
  readonly etag: string
  /** The file's name changes with its content, so that a client never needs to ask again. */
  readonly immutable: boolean
}

/** What a shell answers to a path: a file, a document of the application, or nothing. */
export type RendererAnswer =
  | { readonly kind: 'file'; readonly file: RendererFile }
  | { readonly kind: 'document'; readonly html: string; readonly nonce: string }
  | { readonly kind: 'missing' }

/**
 * The built renderer, read once and held in memory: a path is a key of a map, so that none can lead
 * outside, and a build that runs meanwhile cannot pull files away from under an open window.
 */
export class RendererFiles {
  readonly #files: ReadonlyMap<string, RendererFile>
  readonly #document: string

  private constructor(files: ReadonlyMap<string, RendererFile>, document: string) {
    this.#files = files
    this.#document = document
  }

  /** @throws when the folder has no index.html: the renderer was not built */
  static async load(folder: string): Promise<RendererFiles> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name)
          const key = '/' + relative(folder, path).split(sep).join('/')
          return [key, await readRendererFile(key, path)] as const
        }),
    )
    const byPath = new Map(files)
    const index = byPath.get('/index.html')
    if (index === undefined) throw new Error(`${folder} has no index.html: build the renderer first (npm run build).`)
    byPath.delete('/index.html') // only ever served with a nonce
    return new RendererFiles(byPath, index.body.toString('utf8'))
  }

  /**
   * @param path the path of a URL, still percent-encoded
   * @param asks 'document' for what a window navigates to, 'part' for what a page loads; see `wantedKind`
   */
  answer(path: string, asks: 'document' | 'part'): RendererAnswer {
    const decoded = decodePath(path)
    if (decoded === null) return { kind: 'missing' }
    const file = this.#files.get(decoded)
    if (file !== undefined) return { kind: 'file', file }
    // The router's pages have no file of their own; a lost asset must not become a page.
    if (asks === 'part' || decoded.startsWith(LASTING_FOLDER)) return { kind: 'missing' }
    const nonce = randomBytes(18).toString('base64url')
    return { kind: 'document', html: this.#document.replaceAll(NONCE_PLACEHOLDER, nonce), nonce }
  }
}

/** Browsers say whether a window goes there or a page loads a part; where they do not, Accept tells. */
export function wantedKind(path: string, header: (name: string) => string | null | undefined): 'document' | 'part' {
  const mode = header('sec-fetch-mode') ?? null
  const navigates = mode === null ? (header('accept') ?? '').includes('text/html') : mode === 'navigate'
  return path === '/' || navigates ? 'document' : 'part'
}

async function readRendererFile(key: string, path: string): Promise<RendererFile> {
  const body = await readFile(path)
  return {
    body,
    mediaType: MEDIA_TYPES[extname(key)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    immutable: key.startsWith(LASTING_FOLDER),
  }
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null // not valid percent-encoding: no file has such a name
  }
}
