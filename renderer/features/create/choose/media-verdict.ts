import type { FoundMedia } from '@strata/contract/create.ts'

import { formatBytes } from '../../../formats.ts'
import { t } from '../../../i18n.ts'

/** What a file turned out to be, in a line. */
export function mediaVerdict(media: FoundMedia): string {
  const bytes = formatBytes(media.sizeBytes)
  switch (media.content) {
    case 'iso':
      return [media.os?.name ?? null, bootVerdict(media), bytes].filter((part) => part !== null).join(', ')
    case 'disk-image':
      return media.capacityBytes === null
        ? t('create.files.disk', { format: media.format ?? '', bytes })
        : t('create.files.diskOf', { format: media.format ?? '', capacity: formatBytes(media.capacityBytes), bytes })
    case 'appliance':
      return t('create.files.appliance', { bytes })
    case 'definition':
      return t('create.files.definition')
  }
}

function bootVerdict({ volumeLabel, bootable }: FoundMedia): string {
  if (volumeLabel !== null && bootable !== false)
    return t(bootable === true ? 'create.files.boots' : 'create.files.label', { label: volumeLabel })
  if (bootable === null) return t('create.files.readable')
  return t(bootable ? 'create.files.bootable' : 'create.media.notBootable')
}
