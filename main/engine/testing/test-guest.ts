import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Domain, StoragePool } from 'node-libvirt'
import { StoragePoolXml, StorageVolumeXml, type DomainXml } from 'node-libvirt/xml'

import { buildDefinition } from '../create/definition/definition.ts'
import { noFacts } from '../definitions/strata-metadata.ts'
import { isoBytes } from './iso-bytes.ts'
import { plainHardware } from './proposed-machine.ts'
import type { TestEngine } from './test-engine.ts'

/** A guest with an empty disk and a CD that boots nothing: enough for all that needs a running QEMU and no system inside. */
export interface TestGuest {
  readonly domain: Domain
  readonly uuid: string
  readonly name: string
  readonly diskPath: string
  readonly isoPath: string
}

export interface TestGuestOptions {
  readonly firmware?: 'bios' | 'uefi'
  /** Changes the definition before it is given to libvirt. */
  readonly edit?: (definition: DomainXml) => void
}

/** Made beside the engine, as by another program; resolves when the engine has it in its picture. */
export async function makeGuest(test: TestEngine, name: string, options: TestGuestOptions = {}): Promise<TestGuest> {
  const pool = await guestPool(test)
  const folder = StoragePoolXml.parse(await pool.getXMLDesc()).target.path ?? ''
  const isoPath = join(folder, `${name}.iso`)
  await writeFile(isoPath, isoBytes({ label: 'NOTHING', catalogue: {} }))
  const xml = StorageVolumeXml.create({
    name: `${name}.qcow2`,
    capacityBytes: 64 * 1024 ** 2,
    target: { format: 'qcow2' },
  })
  const disk = await pool.storageVolCreateXML(xml.toString())
  const uuid = randomUUID()
  const definition = buildDefinition({
    wanted: {
      ...plainHardware,
      name,
      firmware: options.firmware ?? 'bios',
    },
    uuid,
    architecture: 'x86_64',
    osUri: null,
    macAddress: null,
    disks: [
      {
        path: await disk.getPath(),
        type: 'file',
        format: 'qcow2',
        bus: 'virtio',
        cache: 'default',
        allocation: 'thin',
      },
    ],
    cdroms: [isoPath],
    seeds: [],
    directBoot: null,
    variablesPath: null,
    screen: { kind: 'socket' },
    facts: { ...noFacts, origin: { createdAtMs: Date.now(), mediaName: `${name}.iso` } },
  })
  options.edit?.(definition)
  const domain = await test.libvirt.domainDefineXML(definition.toString())
  await test.until(({ machines }) => machines.has(uuid))
  return { domain, uuid, name, diskPath: await disk.getPath(), isoPath }
}

/** One for all guests of a test; resolves when the engine knows it. */
export async function guestPool(test: TestEngine): Promise<StoragePool> {
  const known = (await test.libvirt.listAllStoragePools(['active'])).find(({ name }) => name === 'guests')
  if (known !== undefined) return known
  const path = await test.folder('guests')
  const pool = await test.libvirt.storagePoolDefineXML(
    StoragePoolXml.create({ type: 'dir', name: 'guests', target: { path } }).toString(),
  )
  await pool.create()
  await test.until(({ pools }) => pools.get(pool.uuid)?.state === 'running')
  return pool
}
