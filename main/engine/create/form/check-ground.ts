import type { Os } from '@strata/contract/catalogue.ts'
import type { InstallablePackage, Repair } from '@strata/contract/repairs.ts'

import type { HostRoom } from './host-room.ts'

/** What a form is checked against, beside the things that lie on the host. */
export interface CheckGround {
  readonly room: HostRoom
  /** Null: not known. */
  readonly os: Os | null
  /** The repair that installs something on the host; none where that is not this user's, or another computer. */
  readonly install: (packages: readonly InstallablePackage[]) => readonly Repair[]
}
