import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { drawPng } from '../make-icon.mjs'
import { root } from '../setup/command.mjs'
import { releasesOf } from './changelog.ts'
import { desktopEntry } from './desktop-entry.ts'
import { mimeTypes } from './file-types.ts'
import type { Identity } from './identity.ts'
import { manualPage } from './manual-page.ts'
import { metainfo } from './metainfo.ts'

const ICON_SIZES = [16, 22, 24, 32, 48, 64, 128, 256, 512]

/** Writes a file, and the folders to it, readable by everybody. */
export function put(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  writeFileSync(path, content, { mode })
  chmodSync(path, mode) // whatever the umask says
}

/** Gives everything below a folder the time of the build, and folders the rights of folders: the same sources, the same bytes. */
export function makeSteady(folder: string, builtAt: Date): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    utimesSync(path, builtAt, builtAt)
  }
  chmodSync(folder, 0o755)
  utimesSync(folder, builtAt, builtAt)
}

/** Same content, same bytes: without a name or a time in it. */
export const packed = (text: string) => gzipSync(text, { level: 9 })

/** The built program of the web shell, without what is for building it, in `lib/strata` below a prefix. */
export function putProgram(prefix: string, { version }: Identity): void {
  const target = join(prefix, 'lib/strata')
  for (const part of ['dist/main', 'dist/renderer']) {
    cpSync(join(root, part), join(target, part), {
      recursive: true,
      filter: (path) => !path.endsWith('.map') && basename(path) !== 'engine-process.js',
    })
  }
  put(join(target, 'package.json'), `${JSON.stringify({ name: 'strata', version, type: 'module' }, null, 2)}\n`)
}

/** What desktops want of a program, in `share` below a prefix. @param command how it is started */
export function putDesktopFiles(prefix: string, identity: Identity, command: string): void {
  const share = (...path: string[]) => join(prefix, 'share', ...path)
  const { id } = identity
  put(share('applications', `${id}.desktop`), desktopEntry(identity, command))
  put(share('metainfo', `${id}.metainfo.xml`), metainfo(identity, releasesOf(changelog())))
  put(share('mime/packages', `${id}.xml`), mimeTypes)
  put(share('man/man1/strata.1.gz'), packed(manualPage(identity)))
  const drawing = readFileSync(join(root, 'build/icon.svg'), 'utf8')
  put(share('icons/hicolor/scalable/apps', `${id}.svg`), drawing)
  for (const size of ICON_SIZES) put(share(`icons/hicolor/${size}x${size}/apps`, `${id}.png`), drawPng(drawing, size))
}

export const changelog = () => readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
