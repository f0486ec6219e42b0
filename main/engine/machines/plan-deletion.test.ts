import type { DeletionFile } from '@strata/contract/machines.ts'
import { DomainXml } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { machineFiles, type MachineFiles } from '../definitions/machine-files.ts'
import { freedBytes, planDeletion, type DeletionGround } from './plan-deletion.ts'

/** A machine from XML as libvirt writes it, so that the reading is tested with the planning. */
function machine(name: string, devices: string, os = ''): MachineFiles {
  return machineFiles(
    DomainXml.parse(
      `<domain type='qemu'><name>${name}</name><uuid>${name}-uuid</uuid><os><type>hvm</type>${os}</os><devices>${devices}</devices></domain>`,
    ),
  )
}

const disk = (path: string, dev = 'vda', inside = '') =>
  `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${path}'/>${inside}<target dev='${dev}' bus='virtio'/></disk>`
const cdrom = (path: string) =>
  `<disk type='file' device='cdrom'><source file='${path}'/><target dev='sda' bus='sata'/><readonly/></disk>`

function plan(of: MachineFiles, changes: Partial<DeletionGround> = {}): Record<string, DeletionFile> {
  const paths = ['/p/web.qcow2', '/p/data.qcow2', '/p/base.qcow2', '/p/web.iso']
  const files = planDeletion({
    machine: of,
    others: [],
    backingPathOf: new Map(),
    allocationBytesOf: new Map(paths.map((path) => [path, 1000])),
    savedStatePath: null,
    tpmStatePath: null,
    ...changes,
  })
  return Object.fromEntries(files.map((file) => [file.path, file]))
}

const web = machine('web', disk('/p/web.qcow2') + cdrom('/p/web.iso'))

describe('the plan of a deletion', () => {
  it('deletes the disks of the machine and keeps its CD', () => {
    const files = plan(web)
    expect(files['/p/web.qcow2']).toMatchObject({ role: 'disk', fate: 'delete', reason: null, allocationBytes: 1000 })
    expect(files['/p/web.iso']).toMatchObject({ role: 'media', fate: 'keep' })
    expect(freedBytes(Object.values(files))).toBe(1000)
  })

  it('deletes the CD that Strata made for the machine alone, unless another machine reads it too', () => {
    const own = { ...web, ownMedia: ['/p/web.iso'] }
    expect(plan(own)['/p/web.iso']).toMatchObject({ role: 'media', fate: 'delete' })
    const others = [machine('other', cdrom('/p/web.iso'))]
    expect(plan(own, { others })['/p/web.iso']).toMatchObject({ fate: 'keep' })
  })

  it('keeps a disk that another machine uses, and says whose', () => {
    const other = machine('database', disk('/p/web.qcow2'))
    expect(plan(web, { others: [other] })['/p/web.qcow2']).toMatchObject({
      fate: 'keep',
      reason: 'It is also a disk of “database”.',
    })
  })

  it("keeps a disk that another machine's disk is built on, however far up the chain", () => {
    const other = machine('clone', disk('/p/clone.qcow2'))
    const backingPathOf = new Map([
      ['/p/clone.qcow2', '/p/middle.qcow2'],
      ['/p/middle.qcow2', '/p/web.qcow2'],
    ])
    expect(plan(web, { others: [other], backingPathOf })['/p/web.qcow2']).toMatchObject({
      fate: 'keep',
      reason: 'A disk of “clone” is built on it.',
    })
  })

  it('believes the chain that a running guest was told, where the storage says nothing', () => {
    const below = "<backingStore type='file'><format type='qcow2'/><source file='/p/web.qcow2'/></backingStore>"
    const other = machine('clone', disk('/elsewhere/clone.qcow2', 'vda', below))
    expect(plan(web, { others: [other] })['/p/web.qcow2']?.fate).toBe('keep')
  })

  it('keeps a disk that an image of no machine is built on', () => {
    const backingPathOf = new Map([['/p/orphan.qcow2', '/p/web.qcow2']])
    expect(plan(web, { backingPathOf })['/p/web.qcow2']).toMatchObject({
      fate: 'keep',
      reason: 'The image /p/orphan.qcow2 is built on it.',
    })
  })

  it('keeps the base of its own disk, but tells of it', () => {
    const backingPathOf = new Map([['/p/web.qcow2', '/p/base.qcow2']])
    const files = plan(web, { backingPathOf })
    expect(files['/p/web.qcow2']?.fate).toBe('delete')
    expect(files['/p/base.qcow2']).toMatchObject({ role: 'disk', fate: 'keep' })
  })

  it('deletes both when one disk of the machine is built on another of it', () => {
    const both = machine('web', disk('/p/web.qcow2') + disk('/p/data.qcow2', 'vdb'))
    const files = plan(both, { backingPathOf: new Map([['/p/data.qcow2', '/p/web.qcow2']]) })
    expect(Object.values(files).map(({ fate }) => fate)).toEqual(['delete', 'delete'])
  })

  it('never deletes a device of the host', () => {
    const block = machine(
      'web',
      "<disk type='block' device='disk'><source dev='/dev/vg/web'/><target dev='vda'/></disk>",
    )
    expect(plan(block, { allocationBytesOf: new Map([['/dev/vg/web', 5]]) })['/dev/vg/web']).toMatchObject({
      fate: 'keep',
    })
  })

  it('counts what is not there as kept, not as freed', () => {
    expect(plan(web, { allocationBytesOf: new Map() })['/p/web.qcow2']).toMatchObject({
      fate: 'keep',
      allocationBytes: null,
    })
  })

  it("covers the firmware's variables, the TPM's state and the saved state", () => {
    const uefi = machine(
      'web',
      disk('/p/web.qcow2'),
      "<nvram template='/usr/share/OVMF/VARS.fd'>/nv/web_VARS.fd</nvram>",
    )
    const files = plan(uefi, { savedStatePath: '/save/web.save', tpmStatePath: '/swtpm/web-uuid' })
    expect(Object.values(files).map(({ role, fate }) => `${role} ${fate}`)).toEqual([
      'disk delete',
      'firmware-variables delete',
      'tpm-state delete',
      'saved-state delete',
    ])
  })

  it('survives a chain that bites its own tail', () => {
    const backingPathOf = new Map([
      ['/p/web.qcow2', '/p/base.qcow2'],
      ['/p/base.qcow2', '/p/web.qcow2'],
    ])
    expect(Object.keys(plan(web, { backingPathOf })).sort()).toEqual(['/p/base.qcow2', '/p/web.iso', '/p/web.qcow2'])
  })

  it('lists a file once, though the machine names it twice', () => {
    const twice = machine('web', disk('/p/web.qcow2') + disk('/p/web.qcow2', 'vdb'))
    expect(Object.keys(plan(twice))).toHaveLength(1)
  })
})
