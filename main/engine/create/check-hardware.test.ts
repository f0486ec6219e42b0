import { describe, expect, it } from 'vitest'

import { roomWith } from '../testing/host-room.ts'
import { checkHardware } from './check-hardware.ts'
import { fittingMemoryKiB } from './fitting-memory.ts'

const gib = 1024 ** 2 // in KiB
const room = roomWith({})

describe('a form against what the host has', () => {
  it('that asks for nothing unusual has no findings', () => {
    expect(checkHardware({ vcpuCount: 4, memoryKiB: 6 * gib, firmware: 'uefi', accelerator: 'kvm' }, room)).toEqual([])
    expect(checkHardware({}, room)).toEqual([])
  })

  it.each([
    [{ vcpuCount: 256 }, 'error', 'vcpuCount', { vcpuCount: 255 }],
    [{ vcpuCount: 5 }, 'warning', 'vcpuCount', { vcpuCount: 4 }],
    [{ memoryKiB: 17 * gib }, 'error', 'memoryKiB', { memoryKiB: 6 * gib }],
    [{ memoryKiB: 7 * gib }, 'warning', 'memoryKiB', null],
    [{ accelerator: 'emulation' as const }, 'warning', 'accelerator', { accelerator: 'kvm' }],
  ])('%j is told as %s of %s', (form, severity, field, suggestion) => {
    expect(checkHardware(form, room)).toMatchObject([{ severity, field, suggestion }])
  })

  it('is stopped where the host has no UEFI or no KVM, with the way out', () => {
    const poor = roomWith({ kvm: { usable: false, reason: 'There is no /dev/kvm.' } }, { hasUefi: false })
    expect(checkHardware({ firmware: 'uefi', accelerator: 'kvm' }, poor)).toMatchObject([
      { severity: 'error', field: 'firmware', suggestion: { firmware: 'bios' } },
      {
        severity: 'error',
        field: 'accelerator',
        message: 'There is no /dev/kvm.',
        suggestion: { accelerator: 'emulation' },
      },
    ])
    expect(checkHardware({ firmware: 'bios', accelerator: 'emulation' }, poor)).toEqual([])
  })
})

describe('memory that fits', () => {
  it('is a whole number of quarters of a gibibyte, and never nothing', () => {
    expect(fittingMemoryKiB(1.9 * gib)).toBe(1.75 * gib)
    expect(fittingMemoryKiB(100)).toBe(0.25 * gib)
    expect(fittingMemoryKiB(8 * gib, 2 * gib)).toBe(2 * gib)
  })
})
