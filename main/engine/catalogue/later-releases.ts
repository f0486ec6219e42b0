import type { DatabaseContent, OsRecord, ScriptRecord } from './os-record.ts'
import { laterReleases } from './later-releases-list.ts'
import { scriptList } from './later-scripts.ts'

/** Puts in what the database does not have: its packages are often years older than what people install. */
export function withLaterReleases({ oses, scripts }: DatabaseContent): {
  oses: readonly OsRecord[]
  scripts: readonly ScriptRecord[]
} {
  const uris = new Set(oses.map(({ uri }) => uri))
  const scriptUris = new Set(scripts.map(({ uri }) => uri))
  return {
    oses: [...oses, ...laterReleases().filter(({ uri }) => !uris.has(uri))],
    scripts: [...scripts, ...scriptList.filter(({ uri }) => !scriptUris.has(uri))],
  }
}
