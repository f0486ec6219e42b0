import type { HostThings } from './check-place.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { diskName, fileStem, freeDiskStem, freeName } from '../../storage/free-name.ts'

export function checkName({ name, poolUuid, diskBytes }: PartialForm, things: HostThings): Finding[] {
  if (name === undefined) return []
  const { machineNames, hostLabel } = things
  if (machineNames.has(name)) {
    const suggestion = { name: freeName(name, (each) => machineNames.has(each)) }
    return [
      stopping('name', 'already-exists', `There is already a machine named “${name}” on ${hostLabel}.`, { suggestion }),
    ]
  }
  const taken = new Set((things.volumes.get(poolUuid ?? '') ?? []).map((volume) => volume.name))
  const stem = fileStem(name)
  if (diskBytes === null || !taken.has(diskName(stem))) return []
  const other = diskName(freeDiskStem(name, taken))
  return [
    warning(
      'name',
      `There is already an image ${diskName(stem)} in the pool. It is left alone; the new disk will be ${other}.`,
    ),
  ]
}
