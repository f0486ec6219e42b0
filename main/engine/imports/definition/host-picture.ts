import { basename, dirname } from 'node:path'

import type { Volume } from '@strata/contract/storage.ts'
import type { Connection, EmulatorChoice } from 'node-libvirt'
import { CapabilitiesXml, DomainCapabilitiesXml, DomainXml, NodeDeviceXml } from 'node-libvirt/xml'

import type { FileUsers } from '../../disk-images/file-users.ts'
import type { MachineOwner } from '../../disk-images/machines-with-disk.ts'
import type { Host } from '../../hosts/host.ts'
import { inParallel } from '../../hosts/in-parallel.ts'
import { orNullWhenGone } from '../../hosts/or-null-when-gone.ts'
import { nullIfRefused } from '../../null-if-refused.ts'
import { presenceOf } from '../../hosts/place/files-of.ts'
import { volumesByPath } from '../../storage/list-volumes.ts'

const asksAtOnce = 16

/** Whether a file of the host is there; 'unknown' where nobody may look from here. */
export type FileState = 'there' | 'missing' | 'unknown'

/** What a definition is compared with. What is asked of the host only for some definitions is asked then. */
export class HostPicture {
  #freshVolumes: Promise<ReadonlyMap<string, Volume>> | null = null

  constructor(
    readonly fileUsers: FileUsers,
    readonly host: Host,
    /** Null: this driver has none, and nothing can be said of what it runs. */
    readonly capabilities: CapabilitiesXml | null,
    readonly usesKvm: boolean,
    /** Whose definition it is, when it is a machine already: its own needs are nobody else's. */
    readonly owner: MachineOwner | null,
  ) {}

  /** Null: it cannot say. */
  domainCapabilities(of: EmulatorChoice): Promise<DomainCapabilitiesXml | null> {
    return this.host.slow(async (connection) => {
      const xml = await nullIfRefused(connection.getDomainCapabilities(of))
      return xml === null ? null : DomainCapabilitiesXml.parse(xml)
    })
  }

  async fileState(path: string): Promise<FileState> {
    if (this.host.address.driver === 'test') return 'unknown'
    const presence = this.host.files === null ? 'unknown' : await presenceOf(this.host.files, path)
    if (presence !== 'unknown') return presence
    const folderIsPool = this.host.inventory
      .pools()
      .some((pool) => pool.state === 'running' && pool.path === dirname(path))
    if (!folderIsPool) return 'unknown'
    return (await this.#fresh()).has(path) ? 'there' : 'missing'
  }

  /** A volume of this name in any running pool. */
  async findVolume(name: string): Promise<Volume | null> {
    return [...(await this.#fresh()).values()].find((volume) => basename(volume.path) === name) ?? null
  }

  /** Whether another machine keeps its firmware's variables in this file. */
  usesVariables(path: string): Promise<boolean> {
    return this.host.slow(async (connection) => {
      const domains = (await connection.listAllDomains()).filter(({ uuid }) => uuid !== this.owner?.uuid)
      const texts = await inParallel(domains, asksAtOnce, (domain) => orNullWhenGone(domain.getXMLDesc()))
      return texts.some((text) => text !== null && DomainXml.parse(text).os.nvram.path === path)
    })
  }

  /** Names of PCI devices as libvirt has them ('pci_0000_03_00_0'), and USB devices as 'vendor:product'. */
  devices(): Promise<ReadonlySet<string>> {
    return this.host.slow(async (connection) => {
      const devices = await connection.listAllNodeDevices(['cap-pci-dev', 'cap-usb-dev'])
      const names = await inParallel(devices, asksAtOnce, async (device) => {
        const text = await nullIfRefused(device.getXMLDesc())
        const [usb] =
          text === null ? [] : NodeDeviceXml.parse(text).capabilities.filter(({ type }) => type === 'usb_device')
        return usb === undefined ? device.name : `${usb.vendorId ?? ''}:${usb.productId ?? ''}`
      })
      return new Set(names)
    })
  }

  /** After another look at the pools' folders: what is missing may have been copied there just now. */
  #fresh(): Promise<ReadonlyMap<string, Volume>> {
    this.#freshVolumes ??= this.host.slow(async (connection) => {
      await refreshPools(connection)
      return volumesByPath(connection)
    })
    return this.#freshVolumes
  }
}

async function refreshPools(connection: Connection): Promise<void> {
  const pools = await connection.listAllStoragePools(['active'])
  await Promise.all(pools.map((pool) => nullIfRefused(pool.refresh()))) // one that is busy is listed as it is
}

export async function readHostPicture(
  fileUsers: FileUsers,
  host: Host,
  owner: MachineOwner | null = null,
): Promise<HostPicture> {
  const [capabilities, kvm] = await Promise.all([
    host.slow(async (connection) => nullIfRefused(connection.getCapabilities())),
    host.kvm(),
  ])
  return new HostPicture(
    fileUsers,
    host,
    capabilities === null ? null : CapabilitiesXml.parse(capabilities),
    kvm.usable,
    owner,
  )
}
