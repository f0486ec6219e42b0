import type { CatalogueState, IsoMatch, Os, OsCloudImage, OsSummary } from '@strata/contract/catalogue.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Logger } from 'pino'

import type { IsoFacts } from '../disk-images/iso-image.ts'
import { DatabaseCache } from './database-cache.ts'
import { databaseFolders, findDatabaseFiles } from './database-files.ts'
import { matchIso } from './iso-match.ts'
import { IsoRules } from './iso-rules.ts'
import { byRelease, KnownSystems } from './known-systems.ts'
import { cloudImageUserOf, osOf, summaryOf } from './os-view.ts'
import { readDatabase } from './read-database.ts'
import { SearchIndex } from './search-index.ts'

/** A database that was installed or mended meanwhile is noticed after this time. */
const lookAgainAfterMs = 30_000

export interface CatalogueOptions {
  readonly cacheDir: string
  readonly homeDir: string
  readonly log: Logger
  /** Where the database's folders are named. */
  readonly environment?: NodeJS.ProcessEnv
  readonly now?: () => number
}

interface Loaded {
  readonly systems: KnownSystems
  readonly fingerprint: string
  readonly folders: readonly string[]
  readonly databaseCount: number
  readonly skippedFiles: number
  /** Made for the first who needs them. */
  rules: Promise<IsoRules> | null
  index: Promise<SearchIndex> | null
}

/**
 * The operating systems that machines can be made for: osinfo's database, and what came after it. Nothing is read until
 * somebody asks. Without a database it holds Strata's own list, and says which package is missing.
 */
export class Catalogue {
  #loading: Promise<Loaded> | null = null
  #loadedAtMs = -Infinity

  private constructor(private readonly options: CatalogueOptions) {}

  static open(options: CatalogueOptions): Catalogue {
    return new Catalogue(options)
  }

  /** By a short id, or osinfo's URI. Null: nobody has it. */
  async os(osId: string): Promise<Os | null> {
    const { systems } = await this.#loaded()
    const record = systems.find(osId)
    return record === null ? null : osOf(record, systems)
  }

  /** The best first; no text gives the newest of those that are still mended. */
  async search(text: string, limit: number): Promise<OsSummary[]> {
    const loaded = await this.#loaded()
    loaded.index ??= SearchIndex.of(loaded.systems)
    return (await loaded.index).search(text, limit)
  }

  /** Null: it does not say what it is. @param architecture wanted, where an ISO fits several */
  async detectIso(facts: IsoFacts, architecture?: string): Promise<IsoMatch | null> {
    const loaded = await this.#loaded()
    loaded.rules ??= IsoRules.of(loaded.systems.records, this.options.log)
    return matchIso(facts, loaded.systems, await loaded.rules, architecture ?? null)
  }

  /** The newest releases first. */
  async cloudImages(): Promise<OsCloudImage[]> {
    const { systems } = await this.#loaded()
    return [...systems.records].sort(byRelease).flatMap((record) => {
      if (record.images.length === 0) return []
      const os = summaryOf(record, systems)
      const user = cloudImageUserOf(systems.lineageOf(record))
      return record.images.map((image) => ({ ...image, os, user }))
    })
  }

  async state(): Promise<CatalogueState> {
    const { systems, databaseCount, folders, skippedFiles } = await this.#loaded()
    const osCount = systems.records.length
    if (databaseCount > 0) return { osCount, database: { state: 'present', folders: [...folders], skippedFiles } }
    return {
      osCount,
      database: {
        state: 'missing',
        message: say('catalogue.databaseOperatingSystemsPackage'),
        repairs: [
          {
            label: say('catalogue.installOsinfoDb'),
            explanation: say('catalogue.addsListSome800'),
            command: 'sudo apt-get install osinfo-db',
            action: null,
          },
        ],
      },
    }
  }

  /** Asked by several at once, it is read once. A reading that failed is tried anew by the next who asks. */
  #loaded(): Promise<Loaded> {
    const nowMs = this.#nowMs()
    if (this.#loading !== null && nowMs - this.#loadedAtMs < lookAgainAfterMs) return this.#loading
    const before = this.#loading
    this.#loadedAtMs = nowMs
    const loading = this.#load(before)
    this.#loading = loading
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = null
    })
    return loading
  }

  async #load(before: Promise<Loaded> | null): Promise<Loaded> {
    const { environment = process.env, homeDir, cacheDir, log } = this.options
    const files = await findDatabaseFiles(databaseFolders(environment, homeDir))
    const known = await before?.catch(() => null)
    if (known?.fingerprint === files.fingerprint) return known
    const cache = new DatabaseCache(cacheDir, log)
    const kept = await cache.read(files.fingerprint)
    const content = kept ?? (await readDatabase(files, log))
    if (kept === null && content.oses.length > 0) await cache.write(files.fingerprint, content)
    const { folders, fingerprint } = files
    const systems = new KnownSystems(content, this.#nowMs())
    const { skippedFiles } = content
    return { systems, fingerprint, folders, databaseCount: content.oses.length, skippedFiles, rules: null, index: null }
  }

  #nowMs(): number {
    return this.options.now?.() ?? Date.now()
  }
}
