import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { openConnection, type Connection } from 'node-libvirt'
import { DomainXml, StoragePoolXml, StorageVolumeXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { startDaemon, type RealDaemon } from '../../../../node-libvirt/testing/real-daemon.ts'
import { noFacts } from '../../definitions/strata-metadata.ts'
import { isoBytes } from '../../testing/iso-bytes.ts'
import { machineCombinations } from '../../testing/machine-combinations.ts'
import { plainHardware } from '../../testing/proposed-machine.ts'
import { buildDefinition, type PlacedDisk, type SettledMachine } from './definition.ts'

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

describe('a definition, given to a real libvirt', () => {
  let daemon: RealDaemon
  let libvirt: Connection
  let isoPath: string

  beforeAll(async () => {
    daemon = await startDaemon()
    libvirt = await openConnection(daemon.uri('qemu:///session'))
    const xml = StoragePoolXml.create({ type: 'dir', name: 'images', target: { path: daemon.dataFolder } })
    await (await libvirt.storagePoolDefineXML(xml.toString())).create()
    isoPath = join(daemon.dataFolder, 'an empty one.iso')
    await writeFile(isoPath, isoBytes({ label: 'NOTHING', catalogue: {} }))
  }, 60_000)
  afterAll(async () => {
    await libvirt.close()
    await daemon.stop()
  }, 60_000)

  // KVM and other architectures are for the schema alone: what is not here libvirt refuses first.
  const possible = machineCombinations(330, 4).filter(
    ({ wanted, architecture }) => architecture === 'x86_64' && wanted.accelerator === 'emulation',
  )

  it('is taken in every combination that this host can have', async () => {
    expect(possible.length).toBeGreaterThan(80)
    for (const machine of possible) {
      const domain = await libvirt.domainDefineXML(buildDefinition(machine).toString(), ['validate'])
      await domain.undefineFlags(['nvram', 'keep-tpm'])
    }
  })

  async function disk(name: string, changes: Partial<PlacedDisk> = {}): Promise<PlacedDisk> {
    const format = changes.format ?? 'qcow2'
    const pool = await libvirt.storagePoolLookupByName('images')
    const volume = StorageVolumeXml.create({ name, capacityBytes: 1024 ** 2, target: { format } })
    const path = await (await pool.storageVolCreateXML(volume.toString())).getPath()
    return { path, type: 'file', format: 'qcow2', bus: 'virtio', cache: 'default', allocation: 'thin', ...changes }
  }

  /** Starts it, hears from libvirt what QEMU was given, and ends it. */
  async function started(wanted: Partial<SettledMachine['wanted']>, disks: PlacedDisk[]): Promise<DomainXml> {
    const name = `m-${randomUUID().slice(0, 8)}`
    const definition = buildDefinition({
      wanted: { ...plainHardware, ...wanted, name },
      uuid: randomUUID(),
      architecture: 'x86_64',
      osUri: null,
      macAddress: null,
      disks,
      cdroms: [isoPath, null],
      seeds: [isoPath],
      directBoot: null,
      variablesPath: wanted.firmware === undefined ? null : join(daemon.dataFolder, `${name}_VARS.fd`),
      screen: { kind: 'socket' },
      facts: noFacts,
    })
    const domain = await libvirt.domainDefineXML(definition.toString(), ['validate'])
    try {
      await domain.create()
      return DomainXml.parse(await domain.getXMLDesc())
    } finally {
      if (await domain.isActive()) await domain.destroy()
      await domain.undefineFlags(['nvram'])
    }
  }

  it('starts on BIOS with a TPM, sound and every paravirtual device', async () => {
    const { os, devices } = await started(
      { tpm: true, sound: 'ich9', video: 'virtio', network: { kind: 'user' }, osId: 'debian12', vcpuCount: 2 },
      [await disk('bios.qcow2'), await disk('bios-2.raw', { format: 'raw', cache: 'writeback', allocation: 'full' })],
    )
    expect(os.loader.path).toBeNull()
    expect(devices.tpms.map(({ model }) => model)).toEqual(['tpm-crb'])
  })

  it('starts on UEFI, with firmware that checks no signatures', async () => {
    const { os, features } = await started(
      { firmware: 'uefi', nicModel: 'e1000e', network: { kind: 'user' }, bootOrder: ['network', 'disk'] },
      [await disk('uefi.qcow2', { bus: 'sata', cache: 'none' })],
    )
    expect(os.loader.path).toMatch(/OVMF/)
    expect([os.loader.isSecure, features.smm]).not.toContain(true)
    expect(os.nvram.path).toContain('_VARS.fd')
  })

  it('starts with secure boot and keys, as Windows 11 wants it', async () => {
    const { os, features, devices } = await started(
      { firmware: 'uefi-secure', tpm: true, osId: 'win11', video: 'qxl', vcpuCount: 2, memoryKiB: 128 * 1024 },
      [await disk('secure.qcow2', { bus: 'sata' })],
    )
    expect(os.loader.isSecure).toBe(true)
    expect(os.nvram.template).toMatch(/ms|secboot|enrolled/i)
    expect(features.smm).toBe(true)
    expect(devices.tpms).toHaveLength(1)
  })

  it('starts on an old chip set with what old systems know', async () => {
    const { devices } = await started(
      {
        machineType: 'pc',
        osId: 'winxp',
        video: 'bochs',
        sound: 'ac97',
        network: { kind: 'user' },
        nicModel: 'rtl8139',
        moreNics: [{ source: { kind: 'user' }, model: 'e1000' }],
        cpu: { mode: 'named', model: 'qemu64' },
      },
      [
        await disk('old.qcow2', { bus: 'usb' }),
        await disk('old-2.qcow2', { bus: 'sata' }),
        await disk('old-3.qcow2', { bus: 'ide' }),
      ],
    )
    const onIde = devices.disks.filter(({ target }) => target.bus === 'ide').map(({ device }) => device)
    expect(onIde).toEqual(['disk', 'cdrom', 'cdrom', 'cdrom'])
  })

  it('starts without a screen, with disks on two SCSI buses and room to grow', async () => {
    const disks = []
    for (let index = 0; index < 9; index += 1) disks.push(await disk(`scsi-${index}.qcow2`, { bus: 'scsi' }))
    const domain = await started(
      {
        video: 'none',
        sound: 'usb',
        memoryKiB: 64 * 1024,
        maxMemoryKiB: 128 * 1024,
        vcpuCount: 4,
        topology: { sockets: 1, cores: 2, threads: 2 },
      },
      disks,
    )
    expect(domain.devices.graphics).toHaveLength(0)
    expect(domain.memoryKiB).toBe(128 * 1024) // nothing in it runs a balloon's driver, so it has all of it
    const scsi = domain.devices.controllers.filter(({ type }) => type === 'scsi').map(({ model }) => model)
    expect(scsi).toEqual(['virtio-scsi', 'virtio-scsi'])
  })
})
