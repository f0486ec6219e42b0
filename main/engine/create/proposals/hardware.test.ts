import { describe, expect, it } from 'vitest'

import { roomWith } from '../../testing/host-room.ts'
import { groundOf, realOs, type GroundOptions } from '../../testing/proposal-ground.ts'
import type { BroughtHardware } from './brought-hardware.ts'
import { hostChoices } from './choices.ts'
import { proposeBus, proposeNicModel, proposeSound, proposeVideo } from './devices.ts'
import { proposeCpu, proposeFirmware, proposeMachineType, proposeTpm } from './platform.ts'

/** All that is proposed of the hardware, in short. */
function hardware(options: GroundOptions, hasDrivers = false) {
  const ground = groundOf(options)
  const machineType = proposeMachineType(ground).value
  return {
    machineType,
    firmware: proposeFirmware(ground, machineType).value,
    tpm: proposeTpm(ground, machineType).value,
    bus: proposeBus(ground, hasDrivers, machineType).value,
    nic: proposeNicModel(ground, hasDrivers, machineType).value,
    video: proposeVideo(ground, hasDrivers, machineType).value,
    sound: proposeSound(ground, machineType).value,
  }
}

const arm = roomWith({ abilities: { ...roomWith({}).abilities, architecture: 'aarch64', machineTypes: ['virt'] } })
const brought: BroughtHardware = {
  from: 'the appliance',
  vcpuCount: null,
  memoryKiB: null,
  firmware: 'uefi',
  machineType: 'pc',
  diskBus: 'scsi',
  nicModels: ['e1000', 'virtio'],
  video: 'qxl',
  tpm: true,
}

describe('proposed hardware', () => {
  it('of a Linux server is quick and plain', async () => {
    expect(hardware({ os: await realOs('ubuntu22.04') })).toEqual({
      machineType: 'q35',
      firmware: 'bios',
      tpm: false,
      bus: 'virtio',
      nic: 'virtio',
      video: 'vga',
      sound: 'none',
    })
  })

  it('of a desktop has sound and a screen that follows the window', async () => {
    expect(hardware({ os: await realOs('debian12'), profile: 'desktop' })).toMatchObject({
      video: 'virtio',
      sound: 'ich9',
    })
  })

  it('of Windows 11 is what it asks for, without drivers that it lacks', async () => {
    const os = await realOs('win11')
    const secure = { machineType: 'q35', firmware: 'uefi-secure', tpm: true, sound: 'ich9' }
    expect(hardware({ os, profile: 'windows-11' })).toMatchObject({
      ...secure,
      bus: 'sata',
      nic: 'e1000e',
      video: 'vga',
    })
    expect(hardware({ os, profile: 'windows-11' }, true)).toMatchObject({ ...secure, bus: 'virtio', nic: 'virtio' })
    expect(hardware({ profile: 'windows-11' })).toMatchObject(secure)
  })

  it('of Windows 11 says what the host cannot give', async () => {
    const room = roomWith({}, { hasSecureBoot: false, hasTpm: false })
    const ground = groundOf({ os: await realOs('win11'), profile: 'windows-11', room })
    expect(proposeFirmware(ground, 'q35')).toEqual({
      value: 'uefi',
      reason: 'Microsoft Windows 11 asks for secure boot, which this host cannot give.',
    })
    expect(proposeTpm(ground, 'q35').value).toBe(false)
  })

  it('of newer Windows servers uses the drivers’ CD, and old systems get what they know', async () => {
    expect(hardware({ os: await realOs('win2k22') }, true)).toMatchObject({ bus: 'virtio', nic: 'virtio' })
    expect(hardware({ os: await realOs('winxp'), profile: 'desktop' })).toMatchObject({
      machineType: 'pc',
      bus: 'ide',
      nic: 'e1000',
      sound: 'ich6',
    })
  })

  it('of a system from before virtio and SATA is on IDE, where the host has it', async () => {
    for (const osId of ['winxp', 'msdos6.22', 'debian3.1'])
      expect([osId, hardware({ os: await realOs(osId) }).bus]).toEqual([osId, 'ide'])
    expect(hardware({ os: await realOs('win7') }).bus).toBe('sata')
    const newerOnly = roomWith({}, { diskBuses: ['virtio', 'scsi', 'sata', 'usb'] })
    expect(hardware({ os: await realOs('winxp'), room: newerOnly }).bus).toBe('sata')
  })

  it('follows where the medium starts', () => {
    expect(hardware({ facts: { boots: { bios: false, uefi: true } } }).firmware).toBe('uefi')
    expect(hardware({ facts: { boots: { bios: true, uefi: false } } }).firmware).toBe('bios')
  })

  it('is chosen from what one machine type at least has', () => {
    const { room, facts } = groundOf()
    expect(hostChoices(room, facts).diskBuses).toEqual(['virtio', 'scsi', 'sata', 'ide', 'usb'])
  })

  it('on ARM is what there is', () => {
    expect(hardware({ room: arm, profile: 'desktop' })).toMatchObject({
      machineType: 'virt',
      firmware: 'uefi',
      video: 'virtio',
      sound: 'none',
    })
  })

  it('of an unknown disk image from elsewhere is what every system finds', () => {
    expect(hardware({ facts: { isForeign: true } })).toMatchObject({ bus: 'sata', nic: 'e1000e' })
    expect(hardware({ facts: { isForeign: false } })).toMatchObject({ bus: 'virtio', nic: 'virtio' })
  })

  it('of what was a machine before is what it had', () => {
    expect(hardware({ facts: { brought } })).toMatchObject({
      machineType: 'pc',
      firmware: 'uefi',
      bus: 'scsi',
      nic: 'e1000',
      video: 'qxl',
      tpm: true,
    })
  })

  it('has the processor that the way of running can give', () => {
    expect(proposeCpu(groundOf(), 'kvm').value).toEqual({ mode: 'host-passthrough' })
    expect(proposeCpu(groundOf(), 'emulation').value).toEqual({ mode: 'maximum' })
    const older = groundOf({ room: roomWith({}, { cpuModes: new Set(['host-model', 'custom']) }) })
    expect(proposeCpu(older, 'emulation').value).toEqual({ mode: 'host-model' })
  })
})
