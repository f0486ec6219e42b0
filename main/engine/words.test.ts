import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

import { english } from '@strata/contract/words/en/index.ts'
import type { Entry } from '@strata/contract/words/entry.ts'
import { describe, expect, it } from 'vitest'

import { builtSentences } from './testing/built-sentences.ts'

const engine = import.meta.dirname
const root = join(engine, '../..')

/** What looks like a sentence and is none: words of others, names, and what is written into a guest's own files. */
const noSentences: readonly RegExp[] = [
  /^main\/engine\/catalogue\/(?!catalogue|router)/, // names of systems and their makers
  /^main\/engine\/guest-setup\/answers\//, // files for installers; their words for time zones
  /^main\/engine\/hosts\/(?:os-name|default-hosts|host-of-uri|added-hosts)\.ts/, // names of systems, and of the hosts that are there at first
  /^main\/engine\/guest-setup\/disc\/rock-ridge\.ts/, // a standard's own words on the disc
  /^main\/engine\/machine-setup\/judge-setup\.ts/, // one line among cloud-init's own, as the machine keeps them
  /^main\/engine\/renderer-files\//, // headers of the page
  /^main\/engine\/hosts\/place\/ssh\/ssh-programs\.ts/, // a line for a shell
  /^main\/engine\/startup\/(?:help-text|option-table|options|log)\.ts/, // the command line's own help
]

async function sources(folder: string): Promise<{ path: string; text: string }[]> {
  const names = await readdir(join(root, folder), { recursive: true })
  const paths = names.filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !/(^|\/)testing\//.test(name),
  )
  return Promise.all(
    paths.map(async (name) => {
      const path = join(root, folder, name)
      return { path: relative(root, path), text: await readFile(path, 'utf8') }
    }),
  )
}

const keys = Object.entries(english).flatMap(([noun, words]) => Object.keys(words).map((name) => `${noun}.${name}`))

describe('what the engine says', () => {
  it('is built nowhere but in the catalogue', async () => {
    const built = (await sources('main/engine'))
      .filter(({ path }) => !noSentences.some((pattern) => pattern.test(path)))
      .flatMap(({ path, text }) => builtSentences(path, text).map((each) => `${path}:${each.line} ${each.text}`))
    expect(built).toEqual([])
  })

  it('is found when a source builds it', () => {
    const source = [
      "const a = { message: 'The disk is full.' }",
      'const b = `“${name}” is running.`',
      "log.warn({ a }, 'The disk is full.')",
      "throw new TypeError('The disk is full.')",
      "const c = say('trash.lookAt', { name: 'The disk is full.' })",
      "const d = { command: 'The disk is full.', kind: 'disk-full' }",
    ].join('\n')
    expect(builtSentences('a.ts', source).map(({ line }) => line)).toEqual([1, 2])
  })

  it('has no words that nobody says', async () => {
    const folders = await Promise.all(['main', 'contract'].map((folder) => sources(folder)))
    const all = folders.flat().map(({ text }) => text)
    const said = new Set(all.flatMap((text) => [...text.matchAll(/'([a-z]\w*\.\w+)'/g)].map(([, key]) => key)))
    expect(keys.filter((key) => !said.has(key))).toEqual([])
  })

  it('has names for its placeholders that the compiler reads as the window does', () => {
    const templates = Object.values(english).flatMap((words) =>
      Object.values(words as Readonly<Record<string, Entry>>).flatMap((entry) =>
        typeof entry === 'string'
          ? [entry]
          : Object.entries(entry).flatMap(([form, text]) => (form === 'by' ? [] : [text])),
      ),
    )
    const odd = templates.filter((text) => /[{}]/.test(text.replaceAll(/\{\w+(?::\w+)?\}/g, '')))
    expect(odd).toEqual([])
  })
})
