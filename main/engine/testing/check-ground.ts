import type { Os } from '@strata/contract/catalogue.ts'

import type { CheckGround } from '../create/form/check-ground.ts'
import { repairs } from '../repairs/offered.ts'
import { roomWith } from './host-room.ts'

/** A host as roomWith makes it, on a Debian where this user may install packages. */
export function checkGroundWith(
  room: Parameters<typeof roomWith>[0] = {},
  abilities: Parameters<typeof roomWith>[1] = {},
  os: Os | null = null,
): CheckGround {
  const around = { isRoot: true, hasPkexec: false, packages: 'apt' as const }
  return {
    room: roomWith(room, abilities),
    os,
    install: (packages) => repairs.installPackages('local', packages, around),
  }
}
