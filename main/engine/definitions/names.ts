import type { DomainDisk, DomainHostDevice } from 'node-libvirt/xml'

/** What a disk reads, as one word: a path, or a pool and its volume; empty: nothing, or nothing that has such a name. */
export function diskSource({ type, source }: DomainDisk): string {
  if (type === 'volume') return `${source.pool ?? ''}/${source.volume ?? ''}`
  return source.file ?? source.device ?? ''
}

/** The host's device that a machine is given, as one word; empty for kinds that are not told apart. */
export function hostDeviceKey(device: DomainHostDevice): string {
  const { source } = device
  if (device.type === 'usb' && device.usbVendorId !== null)
    return `usb:${device.usbVendorId}:${device.usbProductId ?? ''}`.replaceAll('0x', '')
  if (device.type === 'usb') return `usb-at:${source.bus ?? ''}.${device.usbDevice ?? ''}`
  if (device.type === 'pci') return `pci:${pciAddress(source)}`
  return device.type === 'mdev' ? `mdev:${device.sourceUuid ?? ''}` : ''
}

/** As the kernel writes it: '0000:00:1f.2'. */
function pciAddress({ domain, bus, slot, function: part }: DomainHostDevice['source']): string {
  const hex = (number: string | null, digits: number) =>
    Number(number ?? 0)
      .toString(16)
      .padStart(digits, '0')
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${hex(part, 1)}`
}
