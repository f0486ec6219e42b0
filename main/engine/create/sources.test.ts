import { readFile } from 'node:fs/promises'

import type { MachineSource, NewMachine } from '@strata/contract/create.ts'
import { DomainXml, StorageVolumeXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'

import { readIsoFile } from '../guest-setup/disc/read-iso.ts'
import { testSetup } from '../guest-setup/testing/test-setup.ts'
import { proposedMachine } from '../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('a machine that is made from something else than an ISO', () => {
  let test: TestEngine
  let template: TestGuest

  beforeAll(async () => {
    test = await startTestEngine()
    template = await makeGuest(test, 'base')
  })
  afterAll(() => test.stop())

  async function make(source: MachineSource, changes: Partial<NewMachine> = {}): Promise<DomainXml> {
    const defaults = await test.client.create.defaults({ hostId, source, osId: null, profile: null })
    const order = { ...proposedMachine(hostId, source, defaults), memoryKiB: 64 * 1024, ...changes }
    const job = await test.ended(test.client.create.start(order))
    expect(job.problem).toBeNull()
    const domain = await test.libvirt.domainLookupByUUID(job.result?.machine?.uuid ?? '')
    return DomainXml.parse(await domain.getXMLDesc(['inactive']))
  }
  /** What is built on a template goes before it may be a machine again. */
  async function remove({ uuid }: DomainXml): Promise<void> {
    const job = await test.ended(
      test.client.machines.remove({ hostId, uuid: uuid ?? '', choice: 'delete-disks', alsoDelete: [] }),
    )
    expect(job.problem).toBeNull()
  }
  async function noTemplate(): Promise<void> {
    await test.client.machines.setTemplate({ hostId, uuid: template.uuid, isTemplate: false })
    await test.until(({ machines }) => machines.get(template.uuid)?.isTemplate === false)
  }
  const diskOf = (domain: DomainXml) => domain.devices.disks.find(({ device }) => device === 'disk')?.source.file ?? ''

  it('is a disk on top of a template’s, which cannot be started as long as it is one', async () => {
    const ref = { hostId, uuid: template.uuid }
    await test.client.machines.setTemplate({ ...ref, isTemplate: true })
    await test.until(({ machines }) => machines.get(template.uuid)?.isTemplate === true)
    await expect(test.client.machines.power({ ...ref, action: 'start' })).rejects.toMatchObject({ code: 'wrong-state' })

    const made = await make({ kind: 'template', uuid: template.uuid }, { name: 'on-top', startsNow: false })
    const volume = await test.libvirt.storageVolLookupByPath(diskOf(made))
    expect(StorageVolumeXml.parse(await volume.getXMLDesc()).backingStore).toMatchObject({
      path: template.diskPath,
      format: 'qcow2',
    })
    // What others are built on is not deleted with the template.
    const plan = await test.client.machines.planDeletion(ref)
    expect(plan.files.find(({ path }) => path === template.diskPath)).toMatchObject({ fate: 'keep' })

    await remove(made)
    await noTemplate()
  })

  it('has in its seed the key that was made for it, and its fixed address on the first card of its definition', async () => {
    const ref = { hostId, uuid: template.uuid }
    await test.client.machines.setTemplate({ ...ref, isTemplate: true })
    await test.until(({ machines }) => machines.get(template.uuid)?.isTemplate === true)
    const network = { kind: 'static' as const, address: '10.0.2.77/24', gateway: null, nameServers: [] }
    const made = await make(
      { kind: 'template', uuid: template.uuid },
      {
        ...{
          name: 'fixed',
          startsNow: false,
          network: { kind: 'user' },
          setup: testSetup({ network, makesKeyPair: true }),
        },
        moreNics: [{ source: { kind: 'user' }, model: 'e1000' }],
      },
    )
    const [first, second] = made.devices.interfaces.map(({ macAddress }) => macAddress)
    expect(second).not.toBe(first)
    const seedPath = made.devices.disks.find(({ source }) => source.file?.endsWith('-seed.iso'))?.source.file ?? ''
    const seed = await readFile(seedPath)
    const readAt = (offset: number, length: number) => Promise.resolve(seed.subarray(offset, offset + length))
    const config = await readIsoFile(readAt, 'network-config', 64 * 1024)
    expect(parse(new TextDecoder().decode(config ?? undefined))).toMatchObject({
      ethernets: { card0: { match: { macaddress: first }, addresses: ['10.0.2.77/24'] } },
    })
    const pair = await test.client.guestSetup.keyPair({ hostId, uuid: made.uuid ?? '' })
    const userData = new TextDecoder().decode((await readIsoFile(readAt, 'user-data', 64 * 1024)) ?? undefined)
    expect(userData).toContain(pair?.publicKey.trim())
    expect(userData).not.toContain('PRIVATE KEY')
    await remove(made)
    await noTemplate()
  })

  it('is empty, with the further disks that were asked for', async () => {
    const { poolUuid } = proposedMachine(
      hostId,
      { kind: 'empty' },
      await test.client.create.defaults({ hostId, source: { kind: 'empty' }, osId: null, profile: null }),
    )
    const made = await make(
      { kind: 'empty' },
      {
        name: 'several',
        diskBytes: 10 * 1024 ** 2,
        startsNow: false,
        moreDisks: [
          {
            kind: 'new',
            poolUuid: poolUuid ?? '',
            capacityBytes: 4 * 1024 ** 2,
            bus: 'scsi',
            cache: 'none',
            allocation: 'full',
          },
        ],
      },
    )
    const [first, second] = made.devices.disks.filter(({ device }) => device === 'disk')
    expect([first?.target.bus, second?.target.bus, second?.driver.cache]).toEqual(['virtio', 'scsi', 'none'])
    const full = await test.libvirt.storageVolLookupByPath(second?.source.file ?? '')
    const { capacityBytes, allocationBytes } = await full.getInfo()
    expect(capacityBytes).toBe(4 * 1024 ** 2)
    expect(allocationBytes).toBeGreaterThanOrEqual(4 * 1024 ** 2)
  })

  it('asks the network first, where that was chosen', async () => {
    const made = await make({ kind: 'network-boot' }, { name: 'from-network', startsNow: false, diskBytes: 1024 ** 2 })
    expect(made.devices.interfaces.map(({ bootOrder }) => bootOrder)).toEqual([1])
  })

  it('keeps what libvirt XML says, and writes down where it came from', async () => {
    const xml = `<domain type='qemu'><name>theirs</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
      <os><type arch='x86_64' machine='q35'>hvm</type></os>
      <metadata><other:thing xmlns:other='urn:other'>kept</other:thing></metadata></domain>`
    const made = await make({ kind: 'definition', xml }, { name: 'mine', startsNow: true })
    expect([made.name, made.memoryKiB]).toEqual(['mine', 32 * 1024])
    expect(made.metadata.read('urn:other')).toContain('kept')
    const [entry] = await test.client.history.list({ hostId, uuid: made.uuid ?? '' })
    expect(entry).toMatchObject({ kind: 'created', notes: ['From libvirt XML, with what clashed mended.'] })
    expect(entry?.commands.join()).toContain('virsh --connect')
  })

  it('says in its history how to make the same in a terminal', async () => {
    const made = await make({ kind: 'empty' }, { name: 'told', startsNow: false, diskBytes: 1024 ** 2 })
    const [entry] = await test.client.history.list({ hostId, uuid: made.uuid ?? '' })
    expect(entry?.commands.join()).toContain(`--disk path=${diskOf(made)}`)
  })
})
