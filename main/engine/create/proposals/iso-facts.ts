import type { MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../../hosts/host.ts'
import { inspectIsoMedia } from '../sources/media.ts'
import type { FactsParts, SourceFacts } from './source-facts.ts'

/** Words by which the makers of a medium say that it brings a desktop. */
const desktopWords = /\b(desktop|workstation|live|gnome|kde|plasma|xfce|cinnamon|mate|lxqt|silverblue|kinoite)\b/i

export async function isoFacts(
  parts: FactsParts,
  host: Host,
  source: Extract<MachineSource, { kind: 'iso' }>,
): Promise<Partial<SourceFacts>> {
  const { image, found, match } = await inspectIsoMedia(parts, host, source.media)
  const words = `${found.volumeLabel ?? ''} ${found.fileName} ${match?.variant?.name ?? ''}`.replaceAll(/[_.-]/g, ' ')
  const isUnattended = source.installs === 'automatically'
  return {
    ...(match !== null && { osId: match.os.osId, osReason: reasonOf(match.os.name, match.certainty) }),
    boots: image.bootsBios || image.bootsUefi ? { bios: image.bootsBios, uefi: image.bootsUefi } : null,
    setup: found.answers === null ? null : 'answers',
    isUnattended,
    isDesktop: match?.isLive === true || desktopWords.test(words),
  }
}

function reasonOf(osName: string, certainty: 'medium' | 'release' | 'guess'): Said {
  switch (certainty) {
    case 'medium':
      return say('create.imageKnown', { osName })
    case 'release':
      return say('create.imageCallsItself', { osName })
    case 'guess':
      return say('create.imageMostLikelyLabel', { osName })
  }
}
