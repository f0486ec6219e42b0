import { open } from 'node:fs/promises'
import { join } from 'node:path'

import type { Logger } from 'pino'

import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'
import type { DatabaseContent, OsRecord, ScriptRecord } from './os-record.ts'
import { Turns } from './turns.ts'

/** To be raised whenever OsRecord changes: what an older Strata wrote is then not taken for it. */
const formatVersion = 1
const entriesALine = 40

interface Head {
  readonly formatVersion: number
  readonly fingerprint: string
  readonly skippedFiles: number
  readonly scripts: readonly ScriptRecord[]
}

/**
 * The database as it was read last time: reading 800 files takes ten times as long as this one. A file of lines, so
 * that the engine does its other work between two of them.
 */
export class DatabaseCache {
  readonly #path: string

  constructor(
    cacheDir: string,
    private readonly log: Logger,
  ) {
    this.#path = join(cacheDir, 'os-catalogue.jsonl')
  }

  /** Null: there is none, or it is of other files. */
  async read(fingerprint: string): Promise<DatabaseContent | null> {
    try {
      const file = await open(this.#path)
      try {
        let head: Head | null = null
        const oses: OsRecord[] = []
        const turns = new Turns()
        for await (const line of file.readLines()) {
          if (head === null) {
            head = JSON.parse(line) as Head
            if (head.formatVersion !== formatVersion || head.fingerprint !== fingerprint) return null
          } else {
            for (const each of JSON.parse(line) as OsRecord[]) oses.push(each)
            await turns.between()
          }
        }
        return head === null ? null : { oses, scripts: head.scripts, skippedFiles: head.skippedFiles }
      } finally {
        await file.close()
      }
    } catch (error) {
      if (!(error instanceof SyntaxError) && systemCodeOf(error) === null) throw error
      if (systemCodeOf(error) !== 'ENOENT') this.log.warn({ error }, 'the kept OS catalogue cannot be read')
      return null
    }
  }

  /** A catalogue that cannot be kept is read anew next time. */
  async write(fingerprint: string, { oses, scripts, skippedFiles }: DatabaseContent): Promise<void> {
    const head: Head = { formatVersion, fingerprint, skippedFiles, scripts }
    const lines = [JSON.stringify(head)]
    const turns = new Turns()
    for (let index = 0; index < oses.length; index += entriesALine) {
      lines.push(JSON.stringify(oses.slice(index, index + entriesALine)))
      await turns.between()
    }
    try {
      await replaceFile(this.#path, lines.map((line) => `${line}\n`).join(''))
    } catch (error) {
      if (systemCodeOf(error) === null) throw error
      this.log.warn({ error }, 'the OS catalogue cannot be kept')
    }
  }
}
