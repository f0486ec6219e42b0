import type { OsGlyph, OsSummary } from '@strata/contract/catalogue.ts'

import { formatBytes, formatMoment } from '../../../formats.ts'
import { t } from '../../../i18n.ts'
import { word } from '../../../words.ts'
import { choiceTitle, type Choice } from '../choice.ts'

/** What a card says of a choice. */
export interface ChoiceCard {
  readonly title: string
  readonly note: string
  /** What speaks against it; null: nothing. */
  readonly doubt: string | null
  readonly glyph: OsGlyph
  /** Why it cannot be chosen; null: it can. */
  readonly blocked: string | null
}

type Systems = ReadonlyMap<string, OsSummary>
type Hue = OsGlyph['hue']

const letter = (name: string): string => (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? '?').toUpperCase()
const glyphOf = (systems: Systems, osId: string | null, name: string, hue: Hue): OsGlyph =>
  (osId === null ? undefined : systems.get(osId)?.glyph) ?? { letters: letter(name), hue }

const list = (...parts: readonly (string | null | undefined)[]) => parts.filter(Boolean).join(', ')

export function choiceCard(choice: Choice, systems: Systems): ChoiceCard {
  const blocked = choice.kind === 'restore-point' ? word(choice.state.blocked) : null
  return { ...wordsOf(choice, systems), blocked }
}

function wordsOf(choice: Choice, systems: Systems): Omit<ChoiceCard, 'blocked'> {
  const title = choiceTitle(choice) ?? ''
  switch (choice.kind) {
    case 'image': {
      const { image } = choice
      const bytes = image.downloadBytes === null ? null : formatBytes(image.downloadBytes)
      const state =
        bytes === null && image.state === 'remote'
          ? t('create.images.unknownSize')
          : t(`create.images.${image.state}`, { bytes: bytes ?? '' })
      return {
        title,
        note: list(t('create.images.kind'), state),
        doubt: image.needsSetup ? null : t('create.images.noCloudInit'),
        glyph: glyphOf(systems, image.osId, image.name, 'rust'),
      }
    }
    case 'media': {
      const { media } = choice
      const place = t('create.media.in', { place: media.place })
      const bytes = formatBytes(media.sizeBytes)
      const isIso = media.content === 'iso'
      return {
        title,
        note: list(media.os?.name ?? media.volumeLabel ?? media.format, place, bytes),
        doubt: isIso && media.bootable === false ? t('create.media.notBootable') : null,
        glyph: glyphOf(systems, media.os?.osId ?? null, media.os?.name ?? media.fileName, isIso ? 'blue' : 'slate'),
      }
    }
    case 'template':
      return {
        title,
        note: list(t('create.template'), choice.osName),
        doubt: null,
        glyph: { letters: 'T', hue: 'green' },
      }
    case 'restore-point': {
      const { machineName, name, takenAtMs } = choice.state
      return {
        title: machineName,
        note: t('create.pastStates.note', { point: name, when: formatMoment(takenAtMs) }),
        doubt: null,
        glyph: { letters: letter(machineName), hue: 'slate' },
      }
    }
    case 'definition':
    case 'plain':
      return { title, note: '', doubt: null, glyph: { letters: 'X', hue: 'slate' } }
  }
}
