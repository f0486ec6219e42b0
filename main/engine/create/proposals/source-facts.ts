import type { CreationDefaults, MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { EngineParts } from '../../engine-parts.ts'
import type { Host } from '../../hosts/host.ts'
import { nullIfUnfit } from './null-if-unfit.ts'
import type { BroughtHardware } from './brought-hardware.ts'
import { cloudImageFacts } from './cloud-image-facts.ts'
import { applianceFacts, definitionFacts, diskImageFacts, restorePointFacts, templateFacts } from './imported-facts.ts'
import { isoFacts } from './iso-facts.ts'

export type FactsParts = Pick<EngineParts, 'catalogue' | 'images' | 'fileUsers'>

/** What is known of a source before anything is made of it. Null wherever it does not say. */
export interface SourceFacts {
  /** osinfo's short name, and how it is known. */
  readonly osId: string | null
  readonly osReason: Said
  /** What a machine of it could be called. */
  readonly name: string | null
  /** On which firmware it starts. */
  readonly boots: { readonly bios: boolean; readonly uefi: boolean } | null
  /** 'own': its disks come with it. 'new': it gets one. */
  readonly disk: 'own' | 'new'
  /** The disk that comes with it; a new one is not smaller. */
  readonly capacityBytes: number | null
  /** Whether it was made for another hypervisor, so that it may know none of virtio's devices. */
  readonly isForeign: boolean
  /** What reads a set-up, and whether it is wanted. */
  readonly setup: CreationDefaults['choices']['setup']
  readonly isUnattended: boolean
  /** Whether there is a screen to work before. */
  readonly isDesktop: boolean
  readonly brought: BroughtHardware | null
}

export const nothingKnown: SourceFacts = {
  osId: null,
  osReason: say('create.notKnownDecidesWhat'),
  name: null,
  boots: null,
  disk: 'new',
  capacityBytes: null,
  isForeign: false,
  setup: null,
  isUnattended: false,
  isDesktop: false,
  brought: null,
}

/** Looks at the source. One that cannot be read says nothing: the check tells why. */
export async function readSourceFacts(
  parts: FactsParts,
  host: Host,
  source: MachineSource | null,
): Promise<SourceFacts> {
  const facts = source === null ? null : await nullIfUnfit(factsOf(parts, host, source))
  return { ...nothingKnown, ...facts }
}

function factsOf(parts: FactsParts, host: Host, source: MachineSource): Promise<Partial<SourceFacts>> {
  switch (source.kind) {
    case 'iso':
      return isoFacts(parts, host, source)
    case 'cloud-image':
      return cloudImageFacts(parts, host, source)
    case 'disk-image':
      return diskImageFacts(host, source)
    case 'appliance':
      return applianceFacts(source)
    case 'definition':
      return definitionFacts(parts, source)
    case 'template':
      return templateFacts(parts, host, source)
    case 'restore-point':
      return restorePointFacts(parts, host, source)
    case 'network-boot':
    case 'empty':
      return Promise.resolve({})
  }
}
