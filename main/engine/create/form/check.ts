import type { Os } from '@strata/contract/catalogue.ts'
import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../../hosts/host.ts'
import { readHostSystem } from '../../hosts/place/host-system.ts'
import { repairs } from '../../repairs/offered.ts'
import type { CheckGround } from './check-ground.ts'
import { checkHardware } from './check-hardware.ts'
import { checkName } from './check-name.ts'
import { checkPlace } from './check-place.ts'
import { checkSetupFields } from './check-setup-fields.ts'
import { checkDrivers, checkSource, type SourceParts } from './check-source.ts'
import type { Finding, PartialForm } from './findings.ts'
import { hostRoom, type HostRoom } from './host-room.ts'
import { hostThings } from './host-things.ts'
import { resourcesFor } from '../proposals/amounts.ts'
import { readSourceFacts } from '../proposals/source-facts.ts'

/** Every field that is filled in, checked against the host as it is now. */
export async function checkForm(parts: SourceParts, host: Host, form: PartialForm): Promise<Finding[]> {
  const { source, osId } = form
  const [room, os, facts, ofSource, ofDrivers] = await Promise.all([
    hostRoom(host, form.accelerator ?? 'emulation'),
    osId == null ? null : parts.catalogue.os(osId),
    readSourceFacts(parts, host, source ?? null),
    checkSource(parts, host, form),
    checkDrivers(parts, host, form),
  ])
  const ground: CheckGround = { room, os, install: await installing(host, room) }
  const things = await hostThings(parts.fileUsers, host, form, {
    imageBytes: facts.disk === 'own' ? null : facts.capacityBytes,
    systemBytes: resourcesFor(ground)?.minimum.diskBytes ?? null,
    systemName: nameOf(os),
  })
  // libvirt XML brings its hardware, its disks and its networks; only the name is ours.
  if (source?.kind === 'definition') return [...ofSource, ...checkName(form, things)]
  return [
    ...ofSource,
    ...checkSetupFields(form),
    ...checkPlace(form, things),
    ...checkHardware(form, ground),
    ...ofDrivers,
  ]
}

const nameOf = (os: Os | null) => os?.name ?? say('create.theSystem2')

/** How something is installed on the host; looked up where something lacks. */
async function installing(host: Host, { abilities }: HostRoom): Promise<CheckGround['install']> {
  const { hasUefi, hasSecureBoot, hasTpm } = abilities.of(undefined)
  if (hasUefi && hasSecureBoot && hasTpm) return () => []
  const system = await readHostSystem(host)
  return (packages) => repairs.installPackages(host.id, packages, system)
}
