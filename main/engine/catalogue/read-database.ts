import { readFile } from 'node:fs/promises'

import { XmlDocument, XmlError } from 'node-libvirt/xml'
import type { Logger } from 'pino'

import { systemCodeOf } from '../strata-error.ts'
import type { DatabaseFiles } from './database-files.ts'
import type { DatabaseContent, OsRecord, ScriptRecord } from './os-record.ts'
import { scriptRecordOf } from './parse-install-script.ts'
import { osRecordOf } from './parse-os.ts'

/** Reads all files, one after the other: the engine does its other work between two of them. */
export async function readDatabase({ files, tooLarge }: DatabaseFiles, log: Logger): Promise<DatabaseContent> {
  const oses = new Map<string, OsRecord>()
  const scripts = new Map<string, ScriptRecord>()
  let skippedFiles = tooLarge.length
  for (const path of tooLarge) log.warn({ path }, 'an entry of the OS database is too large and left out')
  for (const { path } of files) {
    try {
      const { root } = XmlDocument.parse(await readFile(path, 'utf8'))
      for (const element of root.elements) {
        const os = element.name === 'os' ? osRecordOf(element) : null
        const script = element.name === 'install-script' ? scriptRecordOf(element) : null
        if (os !== null) oses.set(os.uri, joined(oses.get(os.uri), os))
        if (script !== null) scripts.set(script.uri, script)
      }
    } catch (error) {
      if (!(error instanceof XmlError) && systemCodeOf(error) === null) throw error
      log.warn({ path, error }, 'an entry of the OS database cannot be read and is left out')
      skippedFiles += 1
    }
  }
  return { oses: [...oses.values()], scripts: [...scripts.values()], skippedFiles }
}

/** Files may add to an entry by naming its id anew: their lists go behind its own, its words stay. */
function joined(known: OsRecord | undefined, more: OsRecord): OsRecord {
  if (known === undefined) return more
  return {
    ...known,
    variants: [...known.variants, ...more.variants],
    resources: [...known.resources, ...more.resources],
    devices: [...known.devices, ...more.devices],
    drivers: [...new Set([...known.drivers, ...more.drivers])],
    firmware: [...known.firmware, ...more.firmware],
    media: [...known.media, ...more.media],
    trees: [...known.trees, ...more.trees],
    images: [...known.images, ...more.images],
    scripts: [...known.scripts, ...more.scripts],
  }
}
