import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { presenceOf } from '../../hosts/place/files-of.ts'

/** A kernel that is started directly, and its initrd, are there. */
export async function checkBootFiles({ definition, machine, files }: Examined): Promise<Cause[]> {
  const { kernelPath, initrdPath } = definition.os
  if (files === null || kernelPath === null) return []
  const needed = [
    { id: 'kernel-missing', path: kernelPath, what: 'kernel' },
    { id: 'initrd-missing', path: initrdPath, what: 'initrd' },
  ]
  const causes: Cause[] = []
  for (const { id, path, what } of needed) {
    if (path === null || (await presenceOf(files, path)) !== 'missing') continue
    causes.push(
      stops(id, {
        sentence: say('doctor.startedNotThere', { what, path, machine: machine.name }),
        repairs: [machineRepairs.dropDirectBoot(machine, kernelPath)],
      }),
    )
  }
  return causes
}
