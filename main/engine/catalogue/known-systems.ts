import { lineageOf } from './lineage.ts'
import type { DatabaseContent, OsRecord, ScriptRecord } from './os-record.ts'
import { withLaterReleases } from './later-releases.ts'

/** All systems, those of the database and those that came after it, with what finds them. */
export class KnownSystems {
  readonly records: readonly OsRecord[]
  readonly scripts: ReadonlyMap<string, ScriptRecord>
  /** URIs of systems that a later one upgrades. */
  readonly superseded: ReadonlySet<string>
  readonly #byUri: ReadonlyMap<string, OsRecord>
  readonly #byShortId = new Map<string, OsRecord>()
  readonly #lineages = new Map<string, OsRecord[]>()

  /** @param nowMs the time that support is judged by */
  constructor(
    content: DatabaseContent,
    readonly nowMs: number,
  ) {
    const { oses, scripts } = withLaterReleases(content)
    this.records = oses
    this.scripts = new Map(scripts.map((script) => [script.uri, script]))
    this.superseded = new Set(oses.flatMap(({ upgrades }) => upgrades))
    this.#byUri = new Map(oses.map((each) => [each.uri, each]))
    // Names such as 'ubuntu-stable-latest' move on: the later release has them.
    for (const each of [...oses].sort(byRelease))
      for (const shortId of each.shortIds) if (!this.#byShortId.has(shortId)) this.#byShortId.set(shortId, each)
  }

  /** By short id or URI; null: nobody has it. */
  find(osId: string): OsRecord | null {
    return this.#byShortId.get(osId) ?? this.#byUri.get(osId) ?? null
  }

  lineageOf(record: OsRecord): OsRecord[] {
    const known = this.#lineages.get(record.uri)
    if (known !== undefined) return known
    const lineage = lineageOf(record, this.#byUri)
    this.#lineages.set(record.uri, lineage)
    return lineage
  }

  /** Its releases, the newest first; rolling ones, snapshots and 'unknown' ones are no release. */
  releasesOf(distro: string): OsRecord[] {
    return this.records
      .filter((each) => each.distro === distro && each.status === 'released' && each.releasedOn !== null)
      .sort(byRelease)
  }
}

/** The newest first; a rolling system counts as the newest, one without a date as the oldest. */
export function byRelease(one: OsRecord, other: OsRecord): number {
  const [oneDate, otherDate] = [dateOf(one), dateOf(other)]
  if (oneDate === otherDate) return 0
  return oneDate > otherDate ? -1 : 1
}

const dateOf = ({ status, releasedOn }: OsRecord) => (status === 'rolling' ? '9999' : (releasedOn ?? ''))
