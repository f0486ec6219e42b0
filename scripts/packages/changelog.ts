/** One version of CHANGELOG.md. */
export interface Release {
  readonly version: string
  /** `2026-11-30` */
  readonly date: string
  /** What users can do now, a sentence or some each; plain text. */
  readonly points: readonly string[]
}

const HEADING = /^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)$/

/** The versions that were released, newest first. What is not released has no version yet. */
export function releasesOf(changelog: string): Release[] {
  return changelog.split(/^(?=## )/m).flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n')
    const [, version, date] = HEADING.exec(heading) ?? []
    if (version === undefined || date === undefined) return []
    const points = lines
      .join('\n')
      .split(/^- /m)
      .slice(1)
      .map((point) => point.replaceAll(/\s+/g, ' ').replaceAll(/[`_*]/g, '').trim())
    return [{ version, date, points }]
  })
}

/**
 * The changelog with what is unreleased made a release.
 * @throws Error when nothing is unreleased, or the version is not newer
 */
export function released(changelog: string, version: string, date: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${version} is no version such as 1.2.3.`)
  const [newest] = releasesOf(changelog)
  if (newest !== undefined && !isNewer(version, newest.version)) {
    throw new Error(`${version} is not newer than ${newest.version}.`)
  }
  const unreleased = /^## Unreleased\n\n(?=- )/m
  if (!unreleased.test(changelog)) throw new Error('CHANGELOG.md has nothing under “Unreleased”.')
  return changelog.replace(unreleased, `## Unreleased\n\n## ${version} (${date})\n\n`)
}

function isNewer(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => text.split('.').map(Number))
  for (let part = 0; part < 3; part += 1) {
    const difference = (one?.[part] ?? 0) - (other?.[part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
