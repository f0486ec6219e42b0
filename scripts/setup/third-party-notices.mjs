import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} Bundled
 * @property {string} name
 * @property {string} version
 * @property {string | null} [identifier] SPDX
 * @property {string | null} [text]
 */

/**
 * Gathers what Vite noted of each bundle into one text, which the window shows and every package carries: most licences
 * ask for no more, and for no less, than that their notice goes with the program.
 * @param {string} dist
 */
export function writeNotices(dist) {
  /** @type {Map<string, Bundled>} */
  const packages = new Map()
  for (const part of ['main', 'renderer']) {
    const list = join(dist, part, '.vite/notices.json')
    if (!existsSync(list)) throw new Error(`The build left no list of licences at ${list}.`)
    for (const each of JSON.parse(readFileSync(list, 'utf8'))) packages.set(`${each.name} ${each.version}`, each)
    rmSync(join(dist, part, '.vite'), { recursive: true })
  }
  const parts = [...packages.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([title, { identifier, text }]) => `${title} (${identifier ?? 'see below'})\n\n${(text ?? '').trim()}\n`)
  const head = 'Strata contains these packages, each under its own licence.\n'
  writeFileSync(join(dist, 'renderer/third-party-notices.txt'), [head, ...parts].join(`\n${'-'.repeat(72)}\n\n`))
}
