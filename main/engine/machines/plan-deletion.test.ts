import type { DeletionFile } from '@strata/contract/machines.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { DomainXml } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { machineFiles, type MachineFiles } from '../definitions/machine-files.ts'
import { freedBytes, planDeletion, type DeletionGround } from './plan-deletion.ts'

/** A machine from XML as libvirt writes it, so that the reading is tested with the planning. */
function machine(name: string, devices: string, os = '', metadata = ''): MachineFiles {
  return machineFiles(
    DomainXml.parse(
      `<domain type='qemu'><name>${name}</name><uuid>${name}-uuid</uuid>${metadata}<os><type>hvm</type>${os}</os><devices>${devices}</devices></domain>`,
    ),
  )
}

const disk = (path: string, dev = 'vda', inside = '') =>
  `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${path}'/>${inside}<target dev='${dev}' bus='virtio'/></disk>`
const cdrom = (path: string) =>
  `<disk type='file' device='cdrom'><source file='${path}'/><target dev='sda' bus='sata'/><readonly/></disk>`

function plan(of: MachineFiles, changes: Partial<DeletionGround> = {}): Record<string, DeletionFile> {
  const paths = ['/p/web.qcow2', '/p/data.qcow2', '/p/base.qcow2', '/p/web.iso', '/p/web-seed.iso']
  const files = planDeletion({
    machine: of,
    ownMedia: new Set(),
    neededBy: new Map(),
    imagesBelow: new Map(),
    unseen: null,
    isInPool: (path) => path.startsWith('/p/'),
    reachesFiles: true,
    hasOwnVariablesPlace: true,
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

  it('deletes the CD that Strata made for the machine alone, unless somebody else reads it too', () => {
    const own = machine('web', cdrom('/p/web-seed.iso'))
    const ownMedia = new Set(['/p/web-seed.iso'])
    expect(plan(own, { ownMedia })['/p/web-seed.iso']).toMatchObject({ role: 'media', fate: 'delete' })
    const neededBy = new Map([['/p/web-seed.iso', unkeyed('It is also a disk of “other”.')]])
    expect(plan(own, { ownMedia, neededBy })['/p/web-seed.iso']).toMatchObject({ fate: 'keep' })
  })

  it('keeps any other CD, whatever the machine says of it', () => {
    const claims = `<metadata><strata:machine xmlns:strata='urn:strata:machine:1'><strata:own-media path='/p/web-seed.iso'/></strata:machine></metadata>`
    const seed = machine('web', cdrom('/p/web-seed.iso'), '', claims)
    expect(plan(seed)['/p/web-seed.iso']).toMatchObject({ fate: 'keep' })
  })

  it('keeps a disk that somebody else needs, and says who', () => {
    const neededBy = new Map([['/p/web.qcow2', unkeyed('A disk of “clone” is built on it.')]])
    expect(plan(web, { neededBy })['/p/web.qcow2']).toMatchObject({
      fate: 'keep',
      reason: 'A disk of “clone” is built on it.',
    })
  })

  it('asks about a disk that lies in no pool: a definition may name any file', () => {
    const notes = machine('web', disk('/home/ada/notes.txt'))
    const changes = { allocationBytesOf: new Map([['/home/ada/notes.txt', 5]]) }
    expect(plan(notes, changes)['/home/ada/notes.txt']).toMatchObject({ fate: 'ask' })
    expect(freedBytes(Object.values(plan(notes, changes)))).toBe(0)
    expect(plan(notes, { ...changes, reachesFiles: false })['/home/ada/notes.txt']).toMatchObject({ fate: 'keep' })
  })

  it('asks where it cannot be known who needs a disk, and says what could not be looked at', () => {
    const unseen = unkeyed('The machines of “This computer” cannot be asked.')
    expect(plan(web, { unseen })['/p/web.qcow2']).toMatchObject({ fate: 'ask', reason: unseen })
  })

  it("asks about the firmware's variables that lie anywhere else than where libvirt puts them", () => {
    const uefi = machine('web', '', '<nvram>/home/ada/.ssh/id_ed25519</nvram>')
    const files = plan(uefi, { hasOwnVariablesPlace: false })
    expect(files['/home/ada/.ssh/id_ed25519']).toMatchObject({ role: 'firmware-variables', fate: 'ask' })
  })

  it('keeps the base of its own disk, but tells of it', () => {
    const files = plan(web, { imagesBelow: new Map([['/p/web.qcow2', ['/p/base.qcow2']]]) })
    expect(files['/p/web.qcow2']?.fate).toBe('delete')
    expect(files['/p/base.qcow2']).toMatchObject({ role: 'disk', fate: 'keep' })
  })

  it('deletes both when one disk of the machine is built on another of it', () => {
    const both = machine('web', disk('/p/web.qcow2') + disk('/p/data.qcow2', 'vdb'))
    const files = plan(both, { imagesBelow: new Map([['/p/data.qcow2', ['/p/web.qcow2']]]) })
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

  it('lists a file once, though the machine names it twice', () => {
    const twice = machine('web', disk('/p/web.qcow2') + disk('/p/web.qcow2', 'vdb'))
    expect(Object.keys(plan(twice))).toHaveLength(1)
  })
})
