import { nicModels, type NewMachine } from '@strata/contract/create.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { checkGroundWith } from '../../testing/check-ground.ts'
import { realOs } from '../../testing/proposal-ground.ts'
import { checkHardware } from './check-hardware.ts'
import { fittingMemoryKiB } from './fitting-memory.ts'

const gib = 1024 ** 2 // in KiB
const ground = checkGroundWith()
const disk = { bus: 'virtio', cache: 'default', allocation: 'thin' } as const
const windows = async () => checkGroundWith({}, {}, await realOs('win11'))

describe('a form against what the host has', () => {
  it('that asks for nothing unusual has no findings', () => {
    expect(checkHardware({}, ground)).toEqual([])
    const form: Partial<NewMachine> = {
      vcpuCount: 4,
      topology: { sockets: 1, cores: 2, threads: 2 },
      cpu: { mode: 'named', model: 'EPYC' },
      memoryKiB: 6 * gib,
      maxMemoryKiB: 8 * gib,
      firmware: 'uefi-secure',
      machineType: 'q35',
      tpm: true,
      accelerator: 'kvm',
      disk,
      video: 'qxl',
      bootOrder: ['disk', 'cdrom', 'network'],
      network: { kind: 'user' },
    }
    expect(checkHardware(form, ground)).toEqual([])
  })

  it.each<[Partial<NewMachine>, 'error' | 'warning', string, object | null]>([
    [{ vcpuCount: 256 }, 'error', 'vcpuCount', { vcpuCount: 255 }],
    [{ vcpuCount: 5 }, 'warning', 'vcpuCount', { vcpuCount: 4 }],
    [
      { vcpuCount: 4, topology: { sockets: 1, cores: 3, threads: 1 } },
      'error',
      'topology',
      { topology: { sockets: 1, cores: 4, threads: 1 } },
    ],
    [
      { osId: 'win10', topology: { sockets: 4, cores: 1, threads: 1 } },
      'warning',
      'topology',
      { topology: { sockets: 1, cores: 4, threads: 1 } },
    ],
    [{ cpu: { mode: 'named', model: 'Skylake-Server' } }, 'error', 'cpu', { cpu: { mode: 'host-passthrough' } }],
    [{ memoryKiB: 17 * gib }, 'error', 'memoryKiB', { memoryKiB: 6 * gib }],
    [{ memoryKiB: 7 * gib }, 'warning', 'memoryKiB', null],
    [{ memoryKiB: gib, maxMemoryKiB: gib / 2 }, 'error', 'maxMemoryKiB', { maxMemoryKiB: null }],
    [{ memoryKiB: gib, maxMemoryKiB: 17 * gib }, 'error', 'maxMemoryKiB', { maxMemoryKiB: 16 * gib }],
    [{ machineType: 'virt' }, 'error', 'machineType', { machineType: 'q35' }],
    [{ firmware: 'uefi-secure', machineType: 'pc' }, 'error', 'firmware', { machineType: 'q35' }],
    [{ accelerator: 'emulation' }, 'warning', 'accelerator', { accelerator: 'kvm' }],
    [{ bootOrder: [] }, 'warning', 'bootOrder', { bootOrder: ['disk', 'cdrom'] }],
    [{ bootOrder: ['disk', 'disk'] }, 'warning', 'bootOrder', { bootOrder: ['disk'] }],
    [{ bootOrder: ['network'], network: { kind: 'none' } }, 'warning', 'bootOrder', null],
    [
      { bootOrder: ['disk'], source: { kind: 'network-boot' } },
      'warning',
      'bootOrder',
      { bootOrder: ['network', 'disk'] },
    ],
    [{ osId: 'win11', disk }, 'warning', 'disk', { disk: { ...disk, bus: 'sata' } }],
  ])('%j is told as %s of %s', (form, severity, field, suggestion) => {
    expect(checkHardware(form, ground)).toMatchObject([{ severity, field, suggestion }])
  })

  it('is stopped where the host lacks firmware, TPM or KVM, with the way out and what would install it', () => {
    const poor = checkGroundWith(
      { kvm: { usable: false, reason: unkeyed('There is no /dev/kvm.') } },
      { hasUefi: false, hasSecureBoot: false, hasTpm: false },
    )
    const findings = checkHardware({ firmware: 'uefi', tpm: true, accelerator: 'kvm' }, poor)
    expect(findings).toMatchObject([
      {
        severity: 'error',
        field: 'firmware',
        suggestion: { firmware: 'bios' },
        repairs: [{ action: { kind: 'install-packages', packages: ['ovmf'] } }],
      },
      {
        severity: 'error',
        field: 'tpm',
        suggestion: { tpm: false },
        repairs: [{ action: { kind: 'install-packages', packages: ['swtpm', 'swtpm-tools'] } }],
      },
      {
        severity: 'error',
        field: 'accelerator',
        message: 'There is no /dev/kvm.',
        suggestion: { accelerator: 'emulation' },
      },
    ])
    expect(checkHardware({ firmware: 'bios', tpm: false, accelerator: 'emulation' }, poor)).toEqual([])
  })

  it('is told where the host has UEFI without secure boot', () => {
    const plain = checkGroundWith({}, { hasSecureBoot: false })
    expect(checkHardware({ firmware: 'uefi-secure' }, plain)).toMatchObject([{ suggestion: { firmware: 'uefi' } }])
    expect(checkHardware({ firmware: 'uefi' }, plain)).toEqual([])
  })

  it('is told that emulation has no processor to hand through', () => {
    const emulated = checkGroundWith({}, { cpuModes: new Set(['maximum', 'host-model', 'custom']) })
    expect(checkHardware({ cpu: { mode: 'host-passthrough' } }, emulated)).toMatchObject([
      { severity: 'error', field: 'cpu', suggestion: { cpu: { mode: 'maximum' } } },
    ])
  })

  it('is told of devices that the host cannot give, each by its number', () => {
    const poor = checkGroundWith({}, { videos: ['vga', 'none'], diskBuses: ['virtio', 'usb'] })
    const more = { ...disk, kind: 'new' as const, poolUuid: 'x', capacityBytes: 1024 ** 3 }
    const form = { video: 'qxl', disk: { ...disk, bus: 'scsi' }, moreDisks: [more, { ...more, bus: 'sata' }] } as const
    expect(checkHardware({ ...form, moreDisks: [...form.moreDisks] }, poor)).toMatchObject([
      { field: 'disk', part: null, suggestion: { disk: { bus: 'virtio' } } },
      { field: 'moreDisks', part: 1, suggestion: { moreDisks: [more, { ...more, bus: 'virtio' }] } },
      { field: 'video', suggestion: { video: 'vga' } },
    ])
  })

  it('is told what all machines together may take', () => {
    const busy = checkGroundWith({ promisedMemoryKiB: 14 * gib })
    const [finding] = checkHardware({ memoryKiB: 4 * gib }, busy)
    expect(finding).toMatchObject({ field: 'memoryKiB', severity: 'warning' })
    expect(finding?.message.english).toMatch(/14 GiB.*18 GiB.*16 GiB/)
    expect(checkHardware({ memoryKiB: 2 * gib }, busy)).toEqual([])
  })

  it('of a user is told when its machines start', () => {
    expect(checkHardware({ autostart: true }, ground)).toEqual([])
    const own = checkGroundWith({ scope: 'session' })
    expect(checkHardware({ autostart: true }, own)).toMatchObject([{ field: 'autostart', severity: 'warning' }])
  })
})

describe('a form against what its system needs', () => {
  it('is told what Windows 11 asks for', async () => {
    const form = {
      osId: 'win11',
      vcpuCount: 1,
      memoryKiB: gib,
      firmware: 'uefi',
      tpm: false,
      nicModel: 'virtio',
    } as const
    expect(checkHardware(form, await windows())).toMatchObject([
      { field: 'vcpuCount', severity: 'warning', suggestion: { vcpuCount: 2 } },
      { field: 'memoryKiB', severity: 'warning', suggestion: { memoryKiB: 4 * gib } },
      { field: 'firmware', severity: 'warning', suggestion: { firmware: 'uefi-secure' } },
      { field: 'tpm', severity: 'warning', suggestion: { tpm: true } },
      { field: 'nicModel', severity: 'warning', suggestion: { nicModel: 'e1000e' } },
    ])
  })

  it('is told where the drivers for Windows are to be had, until their CD is there', async () => {
    const [finding] = checkHardware({ osId: 'win11', disk }, await windows())
    expect(finding?.message.english).toContain('https://')
    const driversMedia = { kind: 'file', path: '/virtio-win.iso', use: 'in-place' } as const
    expect(checkHardware({ osId: 'win11', disk, nicModel: 'virtio', driversMedia }, await windows())).toEqual([])
  })

  it('has nothing to say of the cards that a system knows', async () => {
    const debian = checkGroundWith({}, {}, await realOs('debian12'))
    expect(checkHardware({ nicModel: 'virtio' }, debian)).toEqual([])
    const moreNics = [{ source: { kind: 'user' as const }, model: 'rtl8139' as const }]
    expect(checkHardware({ moreNics }, debian)).toMatchObject([
      { field: 'moreNics', part: 0, suggestion: { moreNics: [{ model: 'virtio' }] } },
    ])
  })

  it('is told that an installer needs a screen, or a CD to start from', () => {
    const media = { kind: 'file', path: '/a.iso', use: 'in-place' } as const
    const source = { kind: 'iso', media, installs: 'by-hand' } as const
    expect(checkHardware({ source, video: 'none', bootOrder: ['disk'] }, ground)).toMatchObject([
      { field: 'video', suggestion: { video: 'vga' } },
      { field: 'bootOrder', suggestion: { bootOrder: ['disk', 'cdrom'] } },
    ])
    const alone = { ...source, installs: 'automatically' } as const
    expect(checkHardware({ source: alone, video: 'none', bootOrder: ['disk'] }, ground)).toEqual([])
  })
})

describe('a form that is not finished', () => {
  it('never fails, whatever is left out', async () => {
    const os = await realOs('win11')
    const full: Partial<NewMachine> = {
      vcpuCount: 300,
      topology: { sockets: 3, cores: 1, threads: 1 },
      cpu: { mode: 'named', model: 'none' },
      memoryKiB: 99 * gib,
      maxMemoryKiB: gib,
      firmware: 'uefi-secure',
      machineType: 'virt',
      tpm: true,
      accelerator: 'kvm',
      disk,
      diskBytes: null,
      moreDisks: [],
      video: 'none',
      bootOrder: [],
      osId: 'win11',
      nicModel: nicModels[3],
      moreNics: [{ source: { kind: 'none' }, model: 'rtl8139' }],
      network: { kind: 'none' },
      driversMedia: null,
      autostart: true,
      source: { kind: 'empty' },
    }
    const grounds = [ground, checkGroundWith({}, { hasUefi: false, diskBuses: [], videos: [] }, os)]
    fc.assert(
      fc.property(
        fc.subarray(Object.keys(full) as (keyof NewMachine)[]),
        fc.constantFrom(...grounds),
        (fields, where) => {
          checkHardware(Object.fromEntries(fields.map((field) => [field, full[field]])), where)
        },
      ),
    )
  })
})

describe('memory that fits', () => {
  it('is a whole number of quarters of a gibibyte, and never nothing', () => {
    expect(fittingMemoryKiB(1.9 * gib)).toBe(1.75 * gib)
    expect(fittingMemoryKiB(100)).toBe(0.25 * gib)
    expect(fittingMemoryKiB(8 * gib, 2 * gib)).toBe(2 * gib)
  })
})
