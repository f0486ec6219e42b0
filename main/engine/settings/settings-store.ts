import { readFile } from 'node:fs/promises'

import { settings, type Settings } from '@strata/contract/settings.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Logger } from 'pino'

import { replaceFile } from '../replace-file.ts'
import { setAside } from '../set-aside.ts'
import { systemCodeOf, toStrataError } from '../strata-error.ts'
import { nothingWrong, type Notices } from './notices.ts'

const defaults: Settings = {
  theme: 'system',
  trashDays: 30,
  lastMediaFolder: null,
  tableSort: { column: 'name', direction: 'ascending' },
}

/** The user's preferences, kept in one JSON file that is always whole. */
export class SettingsStore {
  #values: Settings
  /** Changes are written one after the other, so that the file ends as the last one said. */
  #lastWrite: Promise<void> = Promise.resolve()

  private constructor(
    private readonly path: string,
    values: Settings,
  ) {
    this.#values = values
  }

  /** A file that is missing gives the defaults; one that cannot be understood too, field by field, and is told of. */
  static async open(path: string, log: Logger, notices: Notices = nothingWrong): Promise<SettingsStore> {
    return new SettingsStore(path, { ...defaults, ...(await readKnown(path, log, notices)) })
  }

  read(): Settings {
    return this.#values
  }

  async change(changes: Partial<Settings>): Promise<Settings> {
    this.#values = { ...this.#values, ...changes }
    const text = `${JSON.stringify(this.#values, null, 2)}\n`
    const written = this.#lastWrite.then(() => replaceFile(this.path, text))
    this.#lastWrite = written.catch(() => undefined) // told to the caller below; the next change tries anew
    try {
      await written
    } catch (error) {
      throw toStrataError(error, say('settings.settingsCouldNotWritten', { path: this.path }))
    }
    return this.#values
  }
}

async function readKnown(path: string, log: Logger, notices: Notices): Promise<Partial<Settings>> {
  try {
    return knownSettings(JSON.parse(await readFile(path, 'utf8')), log)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return {}
    log.warn({ error, path }, 'settings cannot be read, defaults are used')
    const sentence = say('settings.settingsCouldNotRead')
    notices.add({ path, setAsidePath: await setAside(path), sentence }, error)
    return {}
  }
}

/** Keeps each field that is right, so that one bad value does not lose the others. */
function knownSettings(stored: unknown, log: Logger): Partial<Settings> {
  const whole = settings.partial().safeParse(stored)
  if (whole.success) return withoutUndefined(whole.data)
  const wrong = new Set(whole.error.issues.map((issue) => issue.path[0]))
  log.warn({ fields: [...wrong] }, 'settings with values that cannot be, their defaults are used')
  if (typeof stored !== 'object' || stored === null) return {}
  const right = settings
    .partial()
    .safeParse(Object.fromEntries(Object.entries(stored).filter(([name]) => !wrong.has(name))))
  return right.success ? withoutUndefined(right.data) : {}
}

/** A field that was given as undefined is a field that was not given. */
export function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const known = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
