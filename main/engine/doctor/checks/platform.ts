import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import type { CapabilitiesGuest } from 'node-libvirt/xml'

import { readHostSystem } from '../../hosts/place/host-system.ts'
import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { presenceOf } from '../../hosts/place/files-of.ts'

/** The emulator is there, knows the machine type, and gives it so many processors. */
export async function checkPlatform(examined: Examined): Promise<Cause[]> {
  const guest = await guestOf(examined)
  return [
    ...(await checkEmulator(examined, guest)),
    ...(guest === null ? [] : [...checkMachineType(examined, guest), ...checkVcpus(examined, guest)]),
  ]
}

/** What this host says of guests of the machine's architecture; null: nothing. */
export async function guestOf({ capabilities, definition }: Examined): Promise<CapabilitiesGuest | null> {
  const known = await capabilities()
  return known?.guests.find(({ osType, arch }) => osType === 'hvm' && arch === definition.os.arch) ?? null
}

async function checkEmulator(
  { definition, machine, host, files }: Examined,
  guest: CapabilitiesGuest | null,
): Promise<Cause[]> {
  const path = definition.devices.emulator
  if (path === null || files === null || (await presenceOf(files, path)) !== 'missing') return []
  const other = guest?.emulator ?? null
  return [
    stops('emulator-missing', {
      sentence: say('doctor.programRunsNotThere', { path, machine: machine.name }),
      repairs:
        other === null || other === path
          ? repairs.installPackages(host.id, ['qemu-system-x86'], await readHostSystem(host))
          : [machineRepairs.setEmulator(machine, other, path)],
    }),
  ]
}

function checkMachineType({ definition, machine }: Examined, { machines }: CapabilitiesGuest): Cause[] {
  const wanted = definition.os.machine
  const names = machines.map(({ name }) => name ?? '')
  if (wanted === null || names.length === 0 || names.includes(wanted)) return []
  const newest = newestOfFamily(wanted, names)
  return [
    stops('machine-type-gone', {
      sentence: say('doctor.machineTypeNotKnown', { wanted, machine: machine.name }),
      proof: newest === null ? null : say('doctor.familyThere', { family: familyOf(wanted, names) }),
      repairs: [newest === null ? null : machineRepairs.setMachineType(machine, newest, wanted)],
    }),
  ]
}

/** 'pc-q35-5.2' is of the family 'pc-q35'. */
function familyOf(name: string, names: readonly string[]): string[] {
  // Distributions name theirs by themselves: 'pc-i440fx-focal', 'pc-q35-rhel8.6.0'.
  const family = /^(pc-q35|pc-i440fx|.+?(?=-[^-]*\d))-/.exec(name)?.[1] ?? name
  return names.filter((each) => new RegExp(`^${escaped(family)}-\\d`).test(each))
}

const escaped = (words: string) => words.replaceAll(/[^\w-]/g, '\\$&')

/** Null: nothing of that family is left. */
export function newestOfFamily(name: string, names: readonly string[]): string | null {
  const byVersion = (one: string, other: string) => one.localeCompare(other, 'en', { numeric: true })
  return familyOf(name, names).sort(byVersion).at(-1) ?? null
}

function checkVcpus({ definition, machine, host }: Examined, { machines }: CapabilitiesGuest): Cause[] {
  const wanted = definition.vcpuCount ?? 1
  const most = machines.find(({ name }) => name === definition.os.machine)?.maxCpus ?? null
  if (most === null || wanted <= most) return []
  return [
    stops('too-many-vcpus', {
      sentence: say('doctor.wantsProcessorsMachineType', {
        machine: machine.name,
        wanted,
        machine2: definition.os.machine ?? '',
        most,
      }),
      // More than the host has threads only make it slower.
      repairs: [machineRepairs.setVcpus(machine, Math.min(most, host.facts?.cpuCount ?? 1), wanted)],
    }),
  ]
}
