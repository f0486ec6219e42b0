import type { CreationDefaults, MachineSource } from '@strata/contract/create.ts'

/** What is tried first, and whether it starts at once. */
export function proposeBoot(source: MachineSource | null): Pick<CreationDefaults, 'bootOrder' | 'startsNow'> {
  const starts = { value: true, reason: 'Its screen opens when it is made.' }
  switch (source?.kind) {
    case 'network-boot':
      return {
        bootOrder: { value: ['network', 'disk'], reason: 'It is to start from the network.' },
        startsNow: starts,
      }
    case 'cloud-image':
    case 'template':
    case 'restore-point':
      return { bootOrder: { value: ['disk'], reason: 'The system is on its disk already.' }, startsNow: starts }
    case 'empty':
      return {
        bootOrder: { value: ['disk', 'cdrom', 'network'], reason: 'Whatever is there first.' },
        startsNow: { value: false, reason: 'There is nothing in it yet that could start.' },
      }
    case 'iso':
    case 'disk-image':
    case 'appliance':
    case 'definition':
    case undefined:
      return {
        bootOrder: {
          value: ['disk', 'cdrom'],
          reason: 'While the disk is empty the CD starts; once a system is on it, the disk.',
        },
        startsNow: starts,
      }
  }
}
