import type { FoundMedia } from '@strata/contract/create.ts'
import type { GuestNetwork } from '@strata/contract/guest-setup.ts'
import { describe, expect, it } from 'vitest'
import { creationOffers } from '../../testing/creation-offers.ts'
import { proposalsFor } from '../../testing/creation-proposals.ts'
import { imageChoice, mediaChoice, plainChoice, type Choice } from './choice.ts'
import { edited, type EditChange, fieldTexts, forAnotherSource, noEdits } from './form-edits.ts'
import { localFaults } from './form-faults.ts'
import { draftOf, type NewMachineForm, orderOf, suggestedChange } from './new-machine-form.ts'

const GIB = 1024 ** 3

const named = (fileName: string): FoundMedia => {
  const found = creationOffers.media.find((media) => media.fileName === fileName)
  if (found === undefined) throw new Error(`No ${fileName} is offered.`)
  return found
}
const cloudImage = creationOffers.images[0]
if (cloudImage === undefined) throw new Error('No image is offered.')
const image = imageChoice(cloudImage)
const iso = mediaChoice(named('ubuntu-22.04-server.iso'))
const byHand = mediaChoice(named('virtio-win.iso'))

const formWith = (change: EditChange = {}, choice: Choice | null = image): NewMachineForm => ({
  hostId: 'here',
  defaults: proposalsFor(choice?.source ?? null, null),
  choice,
  edits: edited(noEdits, change),
})
const faultsOf = (form: NewMachineForm) =>
  Object.fromEntries(
    localFaults(form).map(({ field, part, fault }) => [part === null ? field : `${field}.${part}`, fault]),
  )

describe('a new machine', () => {
  it('is complete as soon as there is something to boot', () => {
    expect(orderOf(formWith({}, null))).toBeNull()
    expect(orderOf(formWith())).toMatchObject({ name: 'debian12', vcpuCount: 2, memoryKiB: 4 * 1024 ** 2 })
  })

  it('takes what was typed for what it says, and the rest as proposed', () => {
    const texts = { name: ' web ', memoryKiB: '512 MiB', diskBytes: '50 GB', maxMemoryKiB: '8g' }
    expect(orderOf(formWith({ texts }))).toMatchObject({
      name: 'web',
      memoryKiB: 512 * 1024,
      maxMemoryKiB: 8 * 1024 ** 2,
      diskBytes: 50_000_000_000,
      vcpuCount: 2,
    })
  })

  it('keeps the unit that was typed in its field', () => {
    const form = formWith({ texts: { memoryKiB: '4096 MiB' } })
    expect(fieldTexts(form.defaults, form.edits).memoryKiB).toBe('4096 MiB')
  })

  it('leaves out what cannot be read, so that the rest is still checked', () => {
    const draft = draftOf(formWith({ texts: { memoryKiB: 'lots' }, setup: { userName: 'Not A Name' } }))
    expect(draft).not.toHaveProperty('memoryKiB')
    expect(draft).not.toHaveProperty('setup')
    expect(draft.vcpuCount).toBe(2)
  })

  it('is no order while a field cannot be read', () => {
    expect(orderOf(formWith({ texts: { vcpuCount: '1.5' } }))).toBeNull()
    expect(orderOf(formWith({ texts: { name: 'a/b' } }))).toBeNull()
  })

  it('has no disk of its own when none is asked for', () => {
    expect(orderOf(formWith({ texts: { diskBytes: '' } }, plainChoice('network-boot')))).toMatchObject({
      diskBytes: null,
    })
  })

  it('has the topology that was chosen only for as many processors', () => {
    const topology = { sockets: 1, cores: 2, threads: 2 }
    expect(draftOf(formWith({ texts: { vcpuCount: '4' }, values: { topology } })).topology).toEqual(topology)
    expect(draftOf(formWith({ texts: { vcpuCount: '6' }, values: { topology } })).topology).toBeNull()
  })

  it('says which fields cannot be read and why', () => {
    const texts = { name: '  ', vcpuCount: '0', memoryKiB: '', diskBytes: '5 lumps' }
    const poolUuid = formWith().defaults.poolUuid.value ?? ''
    const moreDisks = [
      { kind: 'new', poolUuid, capacity: 'big', bus: 'virtio', cache: 'default', allocation: 'thin' },
    ] as const
    expect(faultsOf(formWith({ texts, moreDisks }))).toEqual({
      name: 'name-empty',
      vcpuCount: 'count-unreadable',
      memoryKiB: 'amount-unreadable',
      diskBytes: 'amount-unreadable',
      'moreDisks.0': 'amount-unreadable',
    })
    expect(faultsOf(formWith({ texts: { name: 'a/b' } }))).toEqual({ name: 'name-characters' })
    expect(faultsOf(formWith())).toEqual({})
  })
})

describe('what is set up inside', () => {
  it('asks for a password only where an installer needs one', () => {
    expect(faultsOf(formWith({}, iso))).toEqual({ 'setup.password': 'password-missing' })
    expect(faultsOf(formWith({ setup: { password: 'pa55' } }, iso))).toEqual({})
    expect(faultsOf(formWith({}, byHand))).toEqual({})
  })

  it('is nothing when the installer is answered by hand', () => {
    if (iso?.kind !== 'media' || iso.source.kind !== 'iso') throw new Error('This is no ISO.')
    const manual: Choice = { ...iso, source: { ...iso.source, installs: 'by-hand' } }
    const form = { ...formWith({ setup: { password: 'pa55' } }, iso), choice: manual }
    expect(draftOf(form).setup).toBeNull()
    expect(faultsOf(form)).toEqual({})
  })

  it('warns before a machine that nobody could sign in to', () => {
    expect(faultsOf(formWith({ setup: { sshKeys: [] } }))).toEqual({ 'setup.sshKeys': 'no-way-in' })
    expect(faultsOf(formWith({ setup: { sshKeys: [], makesKeyPair: true } }))).toEqual({})
  })

  it('orders lists without their empty lines', () => {
    expect(draftOf(formWith({ setup: { packages: ['nginx', '', ' curl '] } })).setup?.packages).toEqual([
      'nginx',
      'curl',
    ])
  })

  it('names the part that cannot be told to a guest', () => {
    const network: GuestNetwork = { kind: 'static', address: '192.168.1.10', gateway: null, nameServers: [] }
    expect(faultsOf(formWith({ setup: { userName: 'Ada L', hostName: '-x', network } }))).toEqual({
      'setup.userName': 'user-name',
      'setup.hostName': 'host-name',
      'setup.network': 'address-missing',
    })
  })
})

describe('edits', () => {
  it('take over a remedy and nothing else', () => {
    const edits = edited(noEdits, { texts: { name: 'web', diskBytes: '900 GiB' } })
    expect(edited(edits, suggestedChange({ diskBytes: 10 * GIB, firmware: 'uefi' }))).toEqual({
      ...noEdits,
      texts: { name: 'web', diskBytes: '10 GiB' },
      values: { firmware: 'uefi' },
    })
  })

  it('outlive another source, save for what was said about the system itself', () => {
    const edits = edited(noEdits, {
      texts: { name: 'web' },
      values: { osId: 'debian12', tpm: true },
      setup: { userName: 'ada', userData: '#cloud-config' },
    })
    expect(forAnotherSource(edits)).toEqual({
      ...noEdits,
      texts: { name: 'web' },
      values: { tpm: true },
      setup: { userName: 'ada' },
    })
  })
})
