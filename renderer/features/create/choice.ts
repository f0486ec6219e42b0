import type { FoundMedia, MachineSource, MediaSource, PastState } from '@strata/contract/create.ts'
import type { CloudImage } from '@strata/contract/images.ts'
import type { DefinitionReport } from '@strata/contract/imports.ts'
import type { Machine } from '@strata/contract/machines.ts'

import { t } from '../../i18n.ts'

type SourceOf<K extends MachineSource['kind']> = Extract<MachineSource, { kind: K }>

/** What the user, or Strata, chose to make a machine from: the source, and what is known of it for the eye. */
export type Choice =
  | { readonly kind: 'image'; readonly image: CloudImage; readonly source: SourceOf<'cloud-image'> }
  | {
      readonly kind: 'media'
      readonly media: FoundMedia
      readonly source: SourceOf<'iso' | 'disk-image' | 'appliance'>
    }
  | {
      readonly kind: 'template'
      readonly name: string
      readonly osName: string | null
      readonly source: SourceOf<'template'>
    }
  | { readonly kind: 'restore-point'; readonly state: PastState; readonly source: SourceOf<'restore-point'> }
  | { readonly kind: 'definition'; readonly report: DefinitionReport; readonly source: SourceOf<'definition'> }
  | { readonly kind: 'plain'; readonly source: SourceOf<'network-boot' | 'empty'> }

export const imageChoice = (image: CloudImage): Choice => ({
  kind: 'image',
  image,
  source: { kind: 'cloud-image', imageId: image.imageId, disk: 'overlay' },
})

/** Null: what was found is nothing that can be taken from where it lies. */
export function mediaChoice(media: FoundMedia): Choice | null {
  const source = mediaSourceOf(media)
  return source === null ? null : { kind: 'media', media, source }
}

function mediaSourceOf(media: FoundMedia): SourceOf<'iso' | 'disk-image' | 'appliance'> | null {
  switch (media.content) {
    case 'iso':
      // An installer that can be given its answers asks the user nothing.
      return { kind: 'iso', media: media.source, installs: media.answers === null ? 'by-hand' : 'automatically' }
    case 'disk-image':
      return { kind: 'disk-image', media: media.source, disk: 'copy' }
    case 'appliance':
      return media.source.kind === 'file' ? { kind: 'appliance', path: media.source.path } : null
    case 'definition':
      return null
  }
}

export const templateChoice = ({ uuid, name, osName }: Pick<Machine, 'uuid' | 'name' | 'osName'>): Choice => ({
  kind: 'template',
  name,
  osName,
  source: { kind: 'template', uuid },
})

export const pastStateChoice = (state: PastState): Choice => ({
  kind: 'restore-point',
  state,
  source: { kind: 'restore-point', uuid: state.uuid, name: state.name },
})

/** @param allowed the lines that reach out of the machine and were ticked, by id */
export const definitionChoice = (report: DefinitionReport, allowed: readonly string[]): Choice => ({
  kind: 'definition',
  report,
  source: { kind: 'definition', xml: report.xml, allowed: [...allowed] },
})

export const plainChoice = (kind: 'network-boot' | 'empty'): Choice => ({ kind: 'plain', source: { kind } })

/** The same for whatever leads to the same thing, however it is to be used. */
export function choiceKey(choice: Choice): string {
  switch (choice.kind) {
    case 'image':
      return `image ${choice.image.imageId}`
    case 'media':
      return `media ${mediaKey(choice.media.source)}`
    case 'template':
      return `template ${choice.source.uuid}`
    case 'restore-point':
      return `restore-point ${choice.source.uuid} ${choice.source.name}`
    case 'definition':
    case 'plain':
      return choice.source.kind
  }
}

export const mediaKey = (media: MediaSource): string =>
  media.kind === 'volume' ? `${media.poolUuid}/${media.name}` : media.path

/** What to call it where there is room for a few words. */
export function choiceTitle(choice: Choice): string | null {
  switch (choice.kind) {
    case 'image':
      return `${choice.image.name} ${choice.image.version}`
    case 'media':
      return choice.media.fileName
    case 'template':
      return choice.name
    case 'restore-point':
      return t('create.pastStates.of', { machine: choice.state.machineName, point: choice.state.name })
    case 'definition':
      return choice.report.name
    case 'plain':
      return null
  }
}

/** The words that a search finds it by, in lower case. */
export function choiceWords(choice: Choice): string {
  const words = (() => {
    switch (choice.kind) {
      case 'image': {
        const { image } = choice
        return [image.name, image.version, image.osId, image.imageId, image.architecture]
      }
      case 'media': {
        const { media } = choice
        return [media.fileName, media.place, media.volumeLabel, media.os?.name, media.os?.osId, media.format]
      }
      case 'template':
        return [choice.name, choice.osName]
      case 'restore-point':
        return [choice.state.machineName, choice.state.name]
      case 'definition':
        return [choice.report.name]
      case 'plain':
        return []
    }
  })()
  return words.filter(Boolean).join(' ').toLowerCase()
}

export function matches(choice: Choice, text: string): boolean {
  const all = choiceWords(choice)
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** The choice with its source used in another way; a source of another kind is no way to use it. */
export function withSource(choice: Choice, source: MachineSource): Choice | null {
  switch (choice.kind) {
    case 'image':
      return source.kind === 'cloud-image' ? { ...choice, source } : null
    case 'media':
      return source.kind === 'iso' || source.kind === 'disk-image' || source.kind === 'appliance'
        ? { ...choice, source }
        : null
    case 'template':
      return source.kind === 'template' ? { ...choice, source } : null
    case 'restore-point':
      return source.kind === 'restore-point' ? { ...choice, source } : null
    case 'definition':
      return source.kind === 'definition' ? { ...choice, source } : null
    case 'plain':
      return source.kind === 'network-boot' || source.kind === 'empty' ? { ...choice, source } : null
  }
}
