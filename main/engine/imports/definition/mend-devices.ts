import type { DefinitionClash } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { mended, removeElements } from './element-edit.ts'
import type { HostPicture } from './host-picture.ts'

/** Devices and folders of the other host that this one has not are left out. */
export async function mendDevices(domain: DomainXml, picture: HostPicture): Promise<DefinitionClash[]> {
  return [...(await mendHostDevices(domain, picture)), ...(await mendFolders(domain, picture))]
}

async function mendHostDevices(domain: DomainXml, picture: HostPicture): Promise<DefinitionClash[]> {
  const wanted = domain.devices.hostDevices
    .map((device) => ({ device, name: nameOf(device) }))
    .filter(({ name }) => name !== null)
  if (wanted.length === 0 || picture.host.address.driver === 'test') return []
  const here = await picture.devices()
  return wanted
    .filter(({ name }) => name !== null && !here.has(name))
    .map(({ device, name }) => {
      removeElements(domain.element, './devices/hostdev', (element) => element === device.element)
      return mended(
        'device-missing',
        say('imports.deviceOtherHostGiven', { name: name ?? '' }),
        say('imports.machineWithout'),
      )
    })
}

/** As `HostPicture.devices` names them; null: of a kind that is not looked for. */
function nameOf({
  type,
  source,
  usbVendorId,
  usbProductId,
}: DomainXml['devices']['hostDevices'][number]): string | null {
  if (type === 'usb' && usbVendorId !== null && usbProductId !== null)
    return `${usbVendorId}:${usbProductId}`.toLowerCase()
  if (type !== 'pci') return null
  const parts = [source.domain, source.bus, source.slot, source.function].map((part) => Number(part ?? 0))
  const [domain = 0, bus = 0, slot = 0, fn = 0] = parts
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  return parts.every(Number.isInteger)
    ? `pci_${hex(domain, 4)}_${hex(bus, 2)}_${hex(slot, 2)}_${fn.toString(16)}`
    : null
}

async function mendFolders(domain: DomainXml, picture: HostPicture): Promise<DefinitionClash[]> {
  const clashes: DefinitionClash[] = []
  for (const shared of [...domain.devices.filesystems]) {
    const path = shared.sourceDirectory
    if (path === null || (await picture.fileState(path)) !== 'missing') continue
    removeElements(domain.element, './devices/filesystem', (element) => element === shared.element)
    clashes.push(mended('file-missing', say('imports.folderSharedMachineNot', { path }), say('imports.nothingShared')))
  }
  return clashes
}
