import type { FoundMedia } from '@strata/contract/create.ts'
import { describe, expect, it } from 'vitest'
import { creationProposals } from '../../testing/creation-proposals.ts'
import {
  draftOf,
  fieldTexts,
  type FormEdits,
  localFaults,
  nameFromFile,
  type NewMachineForm,
  orderOf,
  proposedName,
  sameMedia,
  withSuggestion,
} from './new-machine-form.ts'

const defaults = creationProposals
const iso: FoundMedia = {
  source: { kind: 'file', path: '/isos/debian-12.5.0-amd64-netinst.iso', use: 'in-place' },
  fileName: 'debian-12.5.0-amd64-netinst.iso',
  place: '/isos',
  sizeBytes: 1,
  content: 'iso',
  volumeLabel: null,
  bootable: true,
  os: null,
  answers: null,
  format: null,
  capacityBytes: null,
}
const formWith = (edits: FormEdits, media: FoundMedia | null = iso): NewMachineForm => ({
  hostId: 'here',
  defaults,
  media,
  edits,
  takenNames: new Set(['debian-12', 'debian-12-2']),
})

describe('a new machine', () => {
  it('is complete as soon as there is something to boot', () => {
    expect(orderOf(formWith({}, null))).toBeNull()
    expect(orderOf(formWith({}))).toMatchObject({ name: 'debian-12-3', memoryKiB: 2 * 1024 ** 2, vcpuCount: 2 })
  })

  it('takes what was typed for what it says, and the rest as proposed', () => {
    expect(orderOf(formWith({ name: ' web ', memory: '512 MiB', disk: '50 GB' }))).toMatchObject({
      name: 'web',
      memoryKiB: 512 * 1024,
      diskBytes: 50_000_000_000,
      vcpuCount: 2,
    })
  })

  it('keeps the unit that was typed in its field', () => {
    expect(fieldTexts(formWith({ memory: '4096 MiB' })).memory).toBe('4096 MiB')
  })

  it('leaves out what cannot be read, so that the rest is still checked', () => {
    const draft = draftOf(formWith({ memory: 'lots' }))
    expect(draft).not.toHaveProperty('memoryKiB')
    expect(draft.vcpuCount).toBe(2)
  })

  it('is no order while a field cannot be read', () => {
    expect(orderOf(formWith({ vcpuCount: '1.5' }))).toBeNull()
    expect(orderOf(formWith({ name: 'a/b' }))).toBeNull()
  })

  it('says which fields cannot be read and why', () => {
    expect(localFaults(formWith({ name: '  ', vcpuCount: '0', memory: '', disk: '5 lumps' }))).toEqual({
      name: 'name-empty',
      vcpuCount: 'count-unreadable',
      memoryKiB: 'amount-unreadable',
      diskBytes: 'amount-unreadable',
    })
    expect(localFaults(formWith({ name: 'a/b' }))).toEqual({ name: 'name-characters' })
    expect(localFaults(formWith({}))).toEqual({})
  })

  it('takes over a remedy and nothing else', () => {
    expect(withSuggestion({ name: 'web', disk: '900 GiB' }, { diskBytes: 10 * 1024 ** 3 })).toEqual({
      name: 'web',
      disk: '10 GiB',
    })
  })
})

describe('proposedName', () => {
  it('is the engine’s while nothing is chosen', () => {
    expect(proposedName(formWith({}, null))).toBe('machine-1')
  })

  it('counts up past names that are taken', () => {
    expect(proposedName(formWith({}))).toBe('debian-12-3')
  })
})

describe('nameFromFile', () => {
  it.each([
    ['debian-12.5.0-amd64-netinst.iso', 'debian-12'],
    ['ubuntu-22.04.4-live-server-amd64.iso', 'ubuntu-22.04'],
    ['Fedora-Workstation-Live-x86_64-40-1.14.iso', 'fedora-workstation-live'],
    ['ipxe.iso', 'ipxe'],
    ['memtest86+x64.iso', 'memtest86+x64'],
    ['Win11_23H2_English_x64.iso', 'win11-23'],
    ['guest.iso', 'guest'],
  ])('names a machine for %s', (fileName, name) => {
    expect(nameFromFile(fileName)).toBe(name)
  })

  it('finds no name where there is none', () => {
    expect(nameFromFile('---.iso')).toBeNull()
  })
})

describe('sameMedia', () => {
  it('knows a file by its path, however it is to be used', () => {
    expect(sameMedia(iso.source, { kind: 'file', path: '/isos/debian-12.5.0-amd64-netinst.iso', use: 'upload' })).toBe(
      true,
    )
    expect(
      sameMedia(iso.source, { kind: 'volume', poolUuid: creationProposals.poolUuid.value ?? '', name: 'debian.iso' }),
    ).toBe(false)
  })
})
