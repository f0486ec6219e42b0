import type { MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../../hosts/host.ts'
import { placedImages } from '../../images/placed-images.ts'
import type { FactsParts, SourceFacts } from './source-facts.ts'

export async function cloudImageFacts(
  { images }: FactsParts,
  host: Host,
  { imageId }: Extract<MachineSource, { kind: 'cloud-image' }>,
): Promise<Partial<SourceFacts>> {
  const { osId, name, version, firmware, capacityBytes, cloudInit } = await images.catalogue.get(imageId)
  return {
    osId,
    osReason: say('create.theImageIs', { name, version }),
    name: `${name} ${version}`,
    boots: { bios: firmware !== 'uefi', uefi: firmware !== 'bios' },
    capacityBytes: capacityBytes ?? (await capacityHere(host, imageId)),
    setup: cloudInit ? 'cloud-init' : null,
    isUnattended: cloudInit,
  }
}

/** Of one that nobody measured before: known once it lies here. */
function capacityHere(host: Host, imageId: string): Promise<number | null> {
  return host.slow(async (connection) => {
    const placed = await placedImages(connection)
    return placed.find((each) => each.imageId === imageId)?.capacityBytes ?? null
  })
}
