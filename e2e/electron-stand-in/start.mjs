// Stands for Electron's executable where its runtime cannot be had: `node start.mjs APP [WORDS …]` runs the built main
// process on an imitation of Electron's API, and shows its windows in an installed Chromium. It was written from
// Electron's documentation, and keeps the order and the refusals that are documented there. What it cannot prove stands in
// docs/electron-stand-in.md.
import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , appFolder = '.', ...words] = process.argv
const folder = resolve(appFolder)
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

Object.defineProperty(process.versions, 'electron', { value: '45.4.1' })
// As when an app's folder is named on the command line: the program, the folder, then the words.
Object.assign(process, { defaultApp: true, type: 'browser', resourcesPath: folder })
process.argv.splice(0, process.argv.length, process.execPath, folder, ...words)

register('./resolve-electron.mjs', import.meta.url)
const { becomeReady, appFolderIs } = await import('./app.mjs')
appFolderIs(folder)
// "ready" comes when the entry has been evaluated to its end, and not before: whoever awaits it there waits for ever.
await import(pathToFileURL(join(folder, main)).href)
await becomeReady()
