import type { IsoMatch } from '@strata/contract/catalogue.ts'

import type { IsoFacts } from '../disk-images/iso-image.ts'
import { scriptsOfMedia } from './inherited-scripts.ts'
import { languageOf, readLabel, type ReadLabel } from './iso-label.ts'
import type { FittingMedia, IsoRules } from './iso-rules.ts'
import { byRelease, type KnownSystems } from './known-systems.ts'
import type { MediaRecord, OsRecord } from './os-record.ts'
import { summaryOf } from './os-view.ts'

/** What an ISO is. Null: nothing that is known names itself so. @param architecture wanted, where several fit */
export async function matchIso(
  facts: IsoFacts,
  systems: KnownSystems,
  rules: IsoRules,
  architecture: string | null,
): Promise<IsoMatch | null> {
  const fitting = (await rules.fitting(facts)).sort(byFitness(architecture))
  const exact = fitting.filter(({ os }) => !isPlaceholder(os))
  if (exact[0] !== undefined) return ofMedia(exact[0], exact, facts, systems)
  const label = facts.volumeId === null ? null : readLabel(facts.volumeId)
  const fromLabel = label === null || !boots(facts) ? null : ofLabel(label, facts, systems)
  if (fromLabel !== null) return fromLabel
  return fitting[0] === undefined ? null : { ...ofMedia(fitting[0], fitting, facts, systems), certainty: 'guess' }
}

const boots = ({ bootsBios, bootsUefi }: IsoFacts) => bootsBios || bootsUefi

/** The database has entries such as 'fedora-unknown' for releases that it does not know yet. */
const isPlaceholder = ({ shortIds }: OsRecord) => shortIds.some((each) => each.endsWith('unknown'))

/**
 * The best first: libosinfo takes rules for all architectures and of rolling systems last, and those with a size first.
 * Beyond that: the wanted architecture, the rule that says more, the later release.
 */
function byFitness(architecture: string | null) {
  return (one: FittingMedia, other: FittingMedia): number =>
    isLastResort(one) - isLastResort(other) ||
    isWanted(other, architecture) - isWanted(one, architecture) ||
    hasSize(other) - hasSize(one) ||
    byRelease(one.os, other.os) ||
    wordsOf(other) - wordsOf(one)
}

const isLastResort = ({ os, media }: FittingMedia) => Number(media.architecture === 'all' || os.status === 'rolling')
const isWanted = ({ media }: FittingMedia, architecture: string | null) => Number(media.architecture === architecture)
const hasSize = ({ rule }: FittingMedia) => Number(rule.volumeSizeBytes !== null)
const wordsOf = ({ rule }: FittingMedia) => (rule.volumeId?.length ?? 0) + Object.values(rule).filter(Boolean).length

function ofMedia(best: FittingMedia, all: readonly FittingMedia[], facts: IsoFacts, systems: KnownSystems): IsoMatch {
  const { os, media } = best
  // One label may be on several of a release's media: what they differ in is then not known.
  const alike = all.filter((each) => each.os === os && each.media.architecture === media.architecture)
  const variants = [...new Set(alike.map((each) => each.media.variants[0] ?? null))]
  const variantId = variants.length === 1 ? variants[0] : null
  const variant = os.variants.find(({ id }) => id === variantId) ?? null
  const others = [...new Set(all.map((each) => each.os))].filter((each) => each !== os)
  return {
    ...base(os, media, facts, systems),
    certainty: 'medium',
    architecture: media.architecture === 'all' ? null : media.architecture,
    variant: variant === null ? null : { ...variant },
    alternatives: others.map((each) => summaryOf(each, systems)),
  }
}

function ofLabel(label: ReadLabel, facts: IsoFacts, systems: KnownSystems): IsoMatch | null {
  const releases = releasesFor(label, systems)
  const named = releases.find(({ version }) => version === label.version && version !== null)
  const rolling = systems.records.find((each) => each.distro === label.distro && each.status === 'rolling')
  const os = named ?? nearest(label, releases) ?? rolling
  if (os === undefined) return null
  const isNamed = named !== undefined || (os === rolling && label.version === null)
  const alternatives = label.distro === 'win' ? releases.filter((each) => each !== os).slice(0, 5) : []
  return {
    ...base(os, mediumLike(label, os, releases), facts, systems, label),
    certainty: isNamed ? 'release' : 'guess',
    architecture: label.architecture,
    variant: null,
    alternatives: alternatives.map((each) => summaryOf(each, systems)),
  }
}

/** The last release before the label's, which is the most like it; else the newest of all. */
function nearest({ version }: ReadLabel, releases: readonly OsRecord[]): OsRecord | undefined {
  if (version === null) return releases[0]
  const earlier = releases.filter((each) => each.version !== null && compareVersions(each.version, version) < 0)
  return earlier.sort((one, other) => compareVersions(other.version ?? '', one.version ?? ''))[0] ?? releases[0]
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

function releasesFor({ distro, line }: ReadLabel, systems: KnownSystems): OsRecord[] {
  const releases = systems.releasesOf(distro).filter((each) => !isPlaceholder(each))
  return line === null ? releases : releases.filter(({ shortIds }) => shortIds.some((id) => id.startsWith(line)))
}

/** The release's own medium of that kind, else that of the newest release that has one: its paths are seldom changed. */
function mediumLike(label: ReadLabel, os: OsRecord, releases: readonly OsRecord[]): MediaRecord | null {
  const fits = (media: MediaRecord) =>
    media.isLive === label.isLive && media.architecture === (label.architecture ?? 'x86_64')
  for (const each of [os, ...releases]) {
    const media = each.media.find(fits)
    if (media !== undefined) return media
  }
  return null
}

function base(
  os: OsRecord,
  media: MediaRecord | null,
  { volumeId }: IsoFacts,
  systems: KnownSystems,
  label = volumeId === null ? null : readLabel(volumeId),
): Omit<IsoMatch, 'certainty' | 'architecture' | 'variant' | 'alternatives'> {
  const isLive = media?.isLive ?? label?.isLive ?? false
  const takesScripts = media?.takesScripts ?? !isLive
  const kind = { isLive, isInstaller: media?.isInstaller ?? true, takesScripts, scripts: media?.scripts ?? [] }
  return {
    os: summaryOf(os, systems),
    isLive,
    isInstaller: kind.isInstaller,
    kernelPath: media?.kernelPath ?? null,
    initrdPath: media?.initrdPath ?? null,
    installerReboots: media?.installerReboots ?? 1,
    language: os.family === 'winnt' && volumeId !== null ? languageOf(volumeId) : null,
    installScripts: scriptsOfMedia(
      systems.lineageOf(os),
      { ...kind, isServer: label?.isServer ?? false },
      systems.scripts,
    ),
  }
}
