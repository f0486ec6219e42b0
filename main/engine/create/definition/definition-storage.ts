import type { DiskOptions, NewMachine } from '@strata/contract/create.ts'
import type { DomainDevices } from 'node-libvirt/xml'

import type { BootPlaces } from '../sources/boot-places.ts'
import type { PlacedDisk, SettledMachine } from './definition.ts'
import { isWindows } from '../form/guest-family.ts'

type Bus = DiskOptions['bus']

/** Where the CD drives of a machine hang: what its firmware and every installer know there. */
export const cdBuses: Readonly<Record<NewMachine['machineType'], Bus>> = { q35: 'sata', pc: 'ide', virt: 'scsi' }

/** All that a PC's one IDE controller holds. */
export const idePlaces = 4

/** How many disks libvirt puts on a SCSI bus, by their names, before it goes on to the next. */
const scsiPlaces = 7

export function addStorage(devices: DomainDevices, machine: SettledMachine, places: BootPlaces): void {
  const names = new TargetNames()
  const cdBus = cdBuses[machine.wanted.machineType]
  machine.disks.forEach((disk, index) => {
    devices.disks.add({
      type: disk.type,
      device: 'disk',
      driver: driverOf(disk),
      source: disk.type === 'file' ? { file: disk.path } : { device: disk.path },
      target: names.next(disk.bus),
      bootOrder: places.disks[index],
    })
  })
  machine.cdroms.forEach((path, index) => {
    devices.disks.add({
      type: 'file',
      device: 'cdrom',
      driver: { name: 'qemu', type: 'raw' },
      // The file may lie in the user's own folders; when it is gone later the machine still starts, with an empty drive.
      ...(path === null ? {} : { source: { file: path, startupPolicy: 'optional' } }),
      target: names.next(cdBus),
      isReadOnly: true,
      bootOrder: places.cdroms[index],
    })
  })
  // The kernels of cloud images have drivers for virtio's drives and none for the others; Windows has it the other way round.
  const seedBus = isWindows(machine.wanted.osId) ? cdBus : 'scsi'
  for (const path of machine.seeds) {
    devices.disks.add({
      type: 'file',
      device: 'cdrom',
      driver: { name: 'qemu', type: 'raw' },
      source: { file: path, startupPolicy: 'optional' },
      target: names.next(seedBus),
      isReadOnly: true,
    })
  }
  // libvirt would add controllers by itself, but of a model that few systems still have a driver for.
  const last = Math.max(...names.scsiIndexes, -1)
  for (let index = 0; index * scsiPlaces <= last; index += 1)
    devices.controllers.add({ type: 'scsi', index, model: 'virtio-scsi' })
}

function driverOf({ type, format, cache, allocation }: PlacedDisk) {
  return {
    name: 'qemu',
    type: format,
    ...(cache !== 'default' && { cache }),
    // The kernel's own queue is quicker, but waits where a file has yet to grow: only a device has all of its room.
    ...(cache === 'none' && type === 'block' && { io: 'native' as const }),
    discard: allocation === 'thin' ? ('unmap' as const) : ('ignore' as const),
  }
}

/**
 * Names give disks their places on a bus; SATA, SCSI and USB share the letters, as a guest's kernel names them all alike.
 * What finds no place on IDE any more goes to SATA.
 */
class TargetNames {
  readonly scsiIndexes: number[] = []
  readonly #counts = new Map<string, number>()

  next(wanted: Bus): { device: string; bus: Bus } {
    const bus = wanted === 'ide' && this.#count('hd') >= idePlaces ? 'sata' : wanted
    const prefix = bus === 'virtio' ? 'vd' : bus === 'ide' ? 'hd' : 'sd'
    const index = this.#count(prefix)
    this.#counts.set(prefix, index + 1)
    if (bus === 'scsi') this.scsiIndexes.push(index)
    return { device: `${prefix}${letters(index)}`, bus }
  }

  #count(prefix: string): number {
    return this.#counts.get(prefix) ?? 0
  }
}

/** 'a' to 'z', then 'aa': as the kernel counts. */
function letters(index: number): string {
  const rest = Math.floor(index / 26)
  return (rest === 0 ? '' : letters(rest - 1)) + String.fromCharCode('a'.charCodeAt(0) + (index % 26))
}
