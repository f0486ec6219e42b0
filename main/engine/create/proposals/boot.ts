import type { CreationDefaults, MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

/** What is tried first, and whether it starts at once. */
export function proposeBoot(source: MachineSource | null): Pick<CreationDefaults, 'bootOrder' | 'startsNow'> {
  const starts = { value: true, reason: say('create.screenOpensWhenMade') }
  switch (source?.kind) {
    case 'network-boot':
      return {
        bootOrder: { value: ['network', 'disk'], reason: say('create.startNetwork') },
        startsNow: starts,
      }
    case 'cloud-image':
    case 'template':
    case 'restore-point':
      return { bootOrder: { value: ['disk'], reason: say('create.systemDiskAlready') }, startsNow: starts }
    case 'empty':
      return {
        bootOrder: { value: ['disk', 'cdrom', 'network'], reason: say('create.whateverThereFirst') },
        startsNow: { value: false, reason: say('create.thereNothingYetCould') },
      }
    case 'iso':
    case 'disk-image':
    case 'appliance':
    case 'definition':
    case undefined:
      return {
        bootOrder: {
          value: ['disk', 'cdrom'],
          reason: say('create.whileDiskEmptyCd'),
        },
        startsNow: starts,
      }
  }
}
