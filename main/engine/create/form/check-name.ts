import { say } from '@strata/contract/words/say.ts'

import type { HostThings } from './check-place.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { diskName, fileStem, freeDiskStem, freeName } from '../../storage/free-name.ts'

export function checkName({ name, poolUuid, diskBytes }: PartialForm, things: HostThings): Finding[] {
  if (name === undefined) return []
  const { machineNames, hostLabel } = things
  if (machineNames.has(name)) {
    const suggestion = { name: freeName(name, (each) => machineNames.has(each)) }
    return [
      stopping('name', 'already-exists', say('create.thereAlreadyMachineNamed', { name, hostLabel }), { suggestion }),
    ]
  }
  const taken = new Set((things.volumes.get(poolUuid ?? '') ?? []).map((volume) => volume.name))
  const stem = fileStem(name)
  if (diskBytes === null || !taken.has(diskName(stem))) return []
  const other = diskName(freeDiskStem(name, taken))
  return [warning('name', say('create.thereAlreadyImagePool', { diskName: diskName(stem), other }))]
}
