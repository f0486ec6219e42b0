import type { MachineSource } from '@strata/contract/create.ts'

import { t } from '../../i18n.ts'
import type { Choice } from './choice.ts'

/** A question about how a source is used, with its answers. */
export interface SourceWay {
  readonly id: 'image' | 'disk' | 'installs' | 'media'
  readonly label: string
  readonly value: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
  /** What the answer does, in a line; null: its label says it. */
  readonly explanation: string | null
  /** The source with another answer. */
  readonly answered: (value: string) => MachineSource
}

function way<T extends string>(
  id: SourceWay['id'],
  value: T,
  answers: readonly T[],
  change: (answer: T) => MachineSource,
): SourceWay {
  return {
    id,
    label: t(`create.ways.${id}.label`),
    value,
    choices: answers.map((answer) => ({ value: answer, label: t(`create.ways.${id}.${answer}`) })),
    explanation: null,
    answered: (chosen) => change(answers.find((answer) => answer === chosen) ?? value),
  }
}

/** All that can be asked about how a choice is used. */
export function sourceWays(choice: Choice | null): readonly SourceWay[] {
  const source = choice?.source
  switch (source?.kind) {
    case 'cloud-image':
      return [way('image', source.disk, ['overlay', 'copy'], (disk) => ({ ...source, disk }))]
    case 'disk-image':
      return [
        {
          ...way('disk', source.disk, ['copy', 'move', 'in-place'], (disk) => ({ ...source, disk })),
          explanation: t(`create.ways.diskExplained.${source.disk}`),
        },
      ]
    case 'iso': {
      const { media } = source
      const canAnswer = choice?.kind === 'media' && choice.media.answers !== null
      return [
        ...(canAnswer
          ? [way('installs', source.installs, ['automatically', 'by-hand'], (installs) => ({ ...source, installs }))]
          : []),
        ...(media.kind === 'file'
          ? [way('media', media.use, ['in-place', 'upload'], (use) => ({ ...source, media: { ...media, use } }))]
          : []),
      ]
    }
    case 'appliance':
    case 'template':
    case 'restore-point':
    case 'definition':
    case 'network-boot':
    case 'empty':
    case undefined:
      return []
  }
}
