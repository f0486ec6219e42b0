import type { NewDisk, NewMachine } from '@strata/contract/create.ts'
import { describe, expect, it } from 'vitest'

import { checkGroundWith } from '../../testing/check-ground.ts'
import { checkBuses } from './check-buses.ts'

const ground = checkGroundWith()
const options = { cache: 'default', allocation: 'thin' } as const
const onIde = { ...options, bus: 'ide' } as const
const more = (bus: NewDisk['bus']): NewDisk => ({
  ...options,
  ...{ kind: 'new', bus, poolUuid: 'x', capacityBytes: 1024 ** 3 },
})
const iso = {
  kind: 'iso',
  media: { kind: 'file', path: '/a.iso', use: 'in-place' },
  installs: 'by-hand',
} as const

describe('disks on IDE', () => {
  it('stop a form for q35, which the older machine type mends', () => {
    const findings = checkBuses({ disk: onIde, machineType: 'q35', moreDisks: [more('ide')] }, ground)
    expect(findings).toMatchObject([
      { field: 'disk', severity: 'error', suggestion: { machineType: 'pc' } },
      { field: 'moreDisks', part: 0, severity: 'error', suggestion: { machineType: 'pc' } },
    ])
    expect(findings[0]?.message.english).toBe('Only machines of the type pc have IDE; q35 has none.')
    expect(checkBuses({ disk: onIde, machineType: 'pc', moreDisks: [more('ide')] }, ground)).toEqual([])
  })

  it('go to SATA where secure boot keeps the machine on q35, or the host has no older type', () => {
    const onSata = { disk: { ...onIde, bus: 'sata' } }
    const form: Partial<NewMachine> = { disk: onIde, machineType: 'q35' }
    expect(checkBuses({ ...form, firmware: 'uefi-secure' }, ground)).toMatchObject([{ suggestion: onSata }])
    const newerOnly = checkGroundWith({}, { diskBuses: ['virtio', 'sata'] })
    expect(checkBuses(form, newerOnly)).toMatchObject([{ suggestion: onSata }])
  })

  it('are four with the drives for CDs, and no more', () => {
    const form: Partial<NewMachine> = {
      ...{ machineType: 'pc', source: iso, disk: onIde },
      driversMedia: iso.media,
      moreDisks: [more('ide'), more('sata')],
    }
    expect(checkBuses(form, ground)).toEqual([])
    const full = { ...form, moreDisks: [more('ide'), more('sata'), more('ide')] }
    expect(checkBuses(full, ground)).toMatchObject([
      { field: 'moreDisks', part: 2, severity: 'error', suggestion: { moreDisks: [{}, {}, { bus: 'sata' }] } },
    ])
  })

  it('are what Windows before Vista is told to take, with the machine type that has it', () => {
    const disk = { ...options, bus: 'sata' } as const
    expect(checkBuses({ disk, osId: 'winxp', machineType: 'q35' }, ground)).toMatchObject([
      { field: 'disk', severity: 'warning', suggestion: { disk: { bus: 'ide' }, machineType: 'pc' } },
    ])
    expect(checkBuses({ disk, osId: 'win7', machineType: 'q35' }, ground)).toEqual([])
    const quick = { ...options, bus: 'virtio' } as const
    expect(checkBuses({ disk: quick, osId: 'winxp', machineType: 'pc' }, ground)).toMatchObject([
      { severity: 'warning', suggestion: { disk: { bus: 'ide' } } },
    ])
  })
})
