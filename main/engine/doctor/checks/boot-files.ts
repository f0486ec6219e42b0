import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { presenceOf } from '../../disk-images/image-chain.ts'

/** A kernel that is started directly, and its initrd, are there. */
export async function checkBootFiles({ definition, machine, seesFiles }: Examined): Promise<Cause[]> {
  const { kernelPath, initrdPath } = definition.os
  if (!seesFiles || kernelPath === null) return []
  const files = [
    { id: 'kernel-missing', path: kernelPath, what: 'kernel' },
    { id: 'initrd-missing', path: initrdPath, what: 'initrd' },
  ]
  const causes: Cause[] = []
  for (const { id, path, what } of files) {
    if (path === null || (await presenceOf(path)) !== 'missing') continue
    causes.push(
      stops(id, {
        sentence: say('doctor.startedNotThere', { what, path, machine: machine.name }),
        repairs: [machineRepairs.dropDirectBoot(machine, kernelPath)],
      }),
    )
  }
  return causes
}
