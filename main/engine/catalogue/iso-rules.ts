import type { Logger } from 'pino'

import type { IsoFacts } from '../disk-images/iso-image.ts'
import type { IsoRule, MediaRecord, OsRecord } from './os-record.ts'
import { compilePattern, type Finder } from './pattern.ts'
import { Turns } from './turns.ts'

/** A medium of the database whose rule fits. */
export interface FittingMedia {
  readonly os: OsRecord
  readonly media: MediaRecord
  readonly rule: IsoRule
}

interface ReadyRule extends FittingMedia {
  readonly finders: readonly { readonly field: Field; readonly finder: Finder }[]
}

type Field = 'volumeId' | 'systemId' | 'publisherId' | 'applicationId'
const fields: readonly Field[] = ['volumeId', 'systemId', 'publisherId', 'applicationId']

/** All rules of the database, ready to be tried. */
export class IsoRules {
  private constructor(private readonly rules: readonly ReadyRule[]) {}

  /** A rule with a pattern that cannot be matched safely is left out, and told of. */
  static async of(records: readonly OsRecord[], log: Logger): Promise<IsoRules> {
    const known = new Map<string, Finder | null>()
    const finderOf = (pattern: string) => {
      const finder = known.get(pattern) ?? compilePattern(pattern)
      if (finder === null && !known.has(pattern)) log.info({ pattern }, 'a pattern of the OS database is left out')
      known.set(pattern, finder)
      return finder
    }
    const rules: ReadyRule[] = []
    const turns = new Turns()
    for (const os of records) {
      for (const media of os.media) {
        const { rule } = media
        if (rule === null) continue
        const finders = fields.flatMap((field) => {
          const pattern = rule[field]
          return pattern === null ? [] : [{ field, finder: finderOf(pattern) }]
        })
        const usable = finders.flatMap(({ field, finder }) => (finder === null ? [] : [{ field, finder }]))
        if (usable.length === finders.length) rules.push({ os, media, rule, finders: usable })
        await turns.between()
      }
    }
    return new IsoRules(rules)
  }

  /** All media that the facts fit, as libosinfo compares them (osinfo_media_matches): a match anywhere in each word, and the very size. */
  async fitting(facts: IsoFacts): Promise<FittingMedia[]> {
    const fitting: FittingMedia[] = []
    const turns = new Turns()
    for (const each of this.rules) {
      const { rule, finders } = each
      if (
        (rule.volumeSizeBytes === null || rule.volumeSizeBytes === facts.volumeSizeBytes) &&
        finders.every(({ field, finder }) => finder.isIn(facts[field] ?? ''))
      )
        fitting.push(each)
      await turns.between()
    }
    return fitting
  }
}
