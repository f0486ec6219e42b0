import type { DiskOptions, NewMachine } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { CheckGround } from './check-ground.ts'
import { idePlaces } from '../definition/definition-storage.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { isWindows, knowsSata } from './guest-family.ts'
import { driversPage } from '../proposals/drivers-media.ts'

type Bus = DiskOptions['bus']
type Change = Partial<NewMachine>

/** What the disks hang on: whether such a machine has it, and whether the system finds it. */
export function checkBuses(form: PartialForm, ground: CheckGround): Finding[] {
  const { room } = ground
  const { diskBuses } = room.abilities.of(form.machineType)
  const instead = diskBuses.includes('sata') ? 'sata' : diskBuses[0]
  const findings = busesOf(form).flatMap(({ field, part, bus, on }) => {
    if (diskBuses.includes(bus)) return []
    const suggestion = typeWith(bus, form, ground) ?? (instead === undefined ? null : on(instead))
    return [stopping(field, 'unsupported', whyImpossible(bus, form, ground), { part, suggestion })]
  })
  if (findings.length > 0) return findings
  return [...checkIdePlaces(form, instead), ...checkDriver(form, ground, instead)]
}

interface PlacedBus {
  readonly field: 'disk' | 'moreDisks'
  readonly part: number | null
  readonly bus: Bus
  /** The form's change that puts it on another. */
  readonly on: (bus: Bus) => Change
}

/** Of every disk that the form asks for, the first one first. */
function busesOf({ disk, diskBytes, moreDisks = [] }: PartialForm): PlacedBus[] {
  const first: PlacedBus[] =
    disk === undefined || diskBytes === null
      ? []
      : [{ field: 'disk', part: null, bus: disk.bus, on: (bus) => ({ disk: { ...disk, bus } }) }]
  const more = moreDisks.map(({ bus }, part): PlacedBus => ({
    ...{ field: 'moreDisks', part, bus },
    on: (other) => ({ moreDisks: moreDisks.map((each, at) => (at === part ? { ...each, bus: other } : each)) }),
  }))
  return [...first, ...more]
}

function whyImpossible(bus: Bus, { machineType }: PartialForm, { room }: CheckGround): Said {
  return bus === 'ide' &&
    machineType !== undefined &&
    machineType !== 'pc' &&
    room.abilities.machineTypes.includes('pc')
    ? say('create.onlyMachinesTypePc', { machineType })
    : say('create.disksCannotSuchMachine', { bus })
}

/** The machine type that has IDE, where the form's firmware can be had on it; null: no type would do. */
function typeWith(bus: Bus, { machineType, firmware }: PartialForm, { room }: CheckGround): Change | null {
  const { abilities } = room
  if (bus !== 'ide' || machineType === 'pc' || firmware === 'uefi-secure') return null
  return abilities.machineTypes.includes('pc') && abilities.of('pc').diskBuses.includes('ide')
    ? { machineType: 'pc' }
    : null
}

/** A PC's drives for CDs are on IDE too. Strata's own discs go elsewhere when it is full. */
function checkIdePlaces(form: PartialForm, instead: Bus | undefined): Finding[] {
  const { machineType, source, driversMedia } = form
  if (machineType !== 'pc') return []
  const drives = (source?.kind === 'iso' ? 1 : 0) + (driversMedia == null ? 0 : 1)
  const room = idePlaces - drives
  const tooMany = busesOf(form)
    .filter(({ bus }) => bus === 'ide')
    .slice(room)
  const taken = drives === 0 ? '' : say('create.drivesForCdsTake', { drives })
  return tooMany.map(({ field, part, on }) =>
    stopping(field, 'invalid-input', say('create.idePlacesThereNone', { idePlaces, taken }), {
      part,
      suggestion: instead === undefined ? null : on(instead),
    }),
  )
}

function checkDriver(form: PartialForm, ground: CheckGround, instead: Bus | undefined): Finding[] {
  const { disk, diskBytes, osId, driversMedia, machineType } = form
  if (disk === undefined || diskBytes === null || !isWindows(osId)) return []
  const using = (bus: Bus | undefined) => (bus === undefined ? null : { disk: { ...disk, bus } })
  if (!knowsSata(osId) && disk.bus === 'sata') {
    const type = machineType === 'pc' ? {} : typeWith('ide', form, ground)
    return [
      warning('disk', say('create.windowsOlderThanSata'), {
        suggestion: type === null ? null : { ...type, ...using('ide') },
      }),
    ]
  }
  const isVirtio = disk.bus === 'virtio' || disk.bus === 'scsi'
  if (!isVirtio || driversMedia != null) return []
  const message = say('create.windowsNoDriverFor', { driversPage })
  const known = !knowsSata(osId) && machineType === 'pc' ? 'ide' : instead
  return [warning('disk', message, { suggestion: using(known) })]
}
