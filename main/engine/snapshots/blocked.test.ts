import { unkeyed } from '@strata/contract/words/said.ts'
import { describe, expect, it } from 'vitest'

import { removeBlocked, revertBlocked, takeBlocked, takeHolds, type PointDisk, type PointGround } from './blocked.ts'

const qcow2: PointDisk = {
  targetDev: 'vda',
  device: 'disk',
  format: 'qcow2',
  readOnly: false,
  transient: false,
  isFile: true,
}
const cdrom: PointDisk = { ...qcow2, targetDev: 'sda', device: 'cdrom', format: 'raw', readOnly: true }

function ground(
  changes: Partial<PointGround['machine']> = {},
  disks: PointDisk[] = [qcow2, cdrom],
  libvirtVersion = '9.0.0',
): PointGround {
  return {
    machine: { state: 'running', persistent: true, hasSavedState: false, firmware: 'bios', ...changes },
    disks,
    spellsOutFirmware: false,
    libvirtVersion,
    isTestDriver: false,
  }
}

describe('taking a restore point', () => {
  it('is possible running, paused and off, with qcow2 disks and a CD', () => {
    for (const state of ['running', 'paused', 'shut-off', 'crashed'] as const)
      expect(takeBlocked(ground({ state }), [])).toBeNull()
  })

  it.each([
    ['a raw disk', ground({}, [qcow2, { ...qcow2, targetDev: 'vdb', format: 'raw' }]), /vdb.*raw.*qcow2/],
    ['a disk that is a device', ground({}, [{ ...qcow2, isFile: false }]), /vda is not a file/],
    ['a transient disk', ground({}, [{ ...qcow2, transient: true }]), /vda are thrown away/],
    ['no disk', ground({}, [cdrom]), /no disk/],
    ['a transient machine', ground({ persistent: false }), /disappears when it stops/],
    ['a running UEFI machine', ground({ firmware: 'uefi' }), /libvirt 9\.0\.0 .*UEFI.*Shut it down/],
    ['a sleeping machine', ground({ state: 'suspended' }), /Wake it/],
    ['a machine shutting down', ground({ state: 'shutting-down' }), /Wait/],
    ['a saved state', ground({ state: 'shut-off', hasSavedState: true }), /saved state/],
  ])('is blocked, with the reason, by %s', (_what, where, reason) => {
    expect(takeBlocked(where, [])?.english).toMatch(reason)
  })

  it('is possible for a UEFI machine that is off, or by a libvirt that can', () => {
    expect(takeBlocked(ground({ firmware: 'uefi', state: 'shut-off' }), [])).toBeNull()
    expect(takeBlocked(ground({ firmware: 'uefi' }, [qcow2], '10.10.0'), [])).toBeNull()
  })

  it('is blocked for UEFI files that the definition spells out, off or not, where libvirt refuses them', () => {
    for (const state of ['shut-off', 'running'] as const) {
      const spelledOut = { ...ground({ firmware: 'uefi', state }), spellsOutFirmware: true }
      expect(takeBlocked(spelledOut, [])?.english).toMatch(/names the files of its UEFI itself.*10\.10/)
      expect(takeBlocked({ ...spelledOut, libvirtVersion: '10.10.0' }, [])).toBeNull()
    }
  })

  it('never mixes with points in files beside the disks', () => {
    expect(takeBlocked(ground(), ['internal', 'external'])?.english).toMatch(/cannot be mixed/)
    expect(takeBlocked(ground(), ['internal'])).toBeNull()
  })

  it('needs no disk on the test driver', () => {
    expect(takeBlocked({ ...ground({}, []), isTestDriver: true }, [])).toBeNull()
  })

  it('holds the memory of a machine that has one', () => {
    expect(takeHolds('running')).toBe('disks-and-memory')
    expect(takeHolds('paused')).toBe('disks-and-memory')
    expect(takeHolds('shut-off')).toBe('disks')
    expect(takeHolds('crashed')).toBe('disks')
  })
})

const point = { name: 'before', kind: 'internal' as const, disksBlock: null }

describe('going back to a restore point', () => {
  it('is blocked by what its disks have against it', () => {
    expect(revertBlocked(ground(), { ...point, disksBlock: unkeyed('Disk vdb is gone.') })).toEqual('Disk vdb is gone.')
  })

  it("is blocked when its name could be another point's number", () => {
    expect(revertBlocked(ground(), { ...point, name: '2' })?.english).toMatch(/digits/)
    expect(revertBlocked(ground(), { ...point, name: '2 days ago' })).toBeNull()
  })

  it('is decided by version for a point beside the disks', () => {
    expect(revertBlocked(ground(), { ...point, kind: 'external' })?.english).toMatch(/libvirt 9\.0\.0 cannot.*9\.9/)
    expect(revertBlocked(ground({}, [qcow2], '9.10.0'), { ...point, kind: 'external' })).toBeNull()
  })

  it('never leaves a saved memory to meet other disks', () => {
    expect(revertBlocked(ground({ state: 'shut-off', hasSavedState: true }), point)?.english).toMatch(/saved state/)
  })

  it('is possible from every resting state', () => {
    for (const state of ['running', 'paused', 'suspended', 'shut-off', 'crashed'] as const) {
      expect(revertBlocked(ground({ state }), point)).toBeNull()
    }
  })
})

describe('removing a restore point', () => {
  it('is refused where files beside the disks would have to be merged', () => {
    expect(removeBlocked(ground(), 'external', null)?.english).toMatch(/other points may need them/)
    expect(removeBlocked(ground(), 'mixed', null)).not.toBeNull()
    expect(removeBlocked(ground(), 'internal', null)).toBeNull()
  })

  it('is refused where libvirt would hit another point of its name', () => {
    expect(removeBlocked(ground(), 'internal', 'vdb')?.english).toMatch(/vdb holds two points of this name/)
  })
})
