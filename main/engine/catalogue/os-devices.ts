import type { OsDevice } from '@strata/contract/catalogue.ts'

import type { Virtio } from './os-record.ts'

/** osinfo names devices by the identity they show on their bus. Those that nobody would add to a virtual machine are left out. */
const byUri: Readonly<Record<string, { device: OsDevice; virtio: Virtio }>> = {
  ...pci('1af4/1000', 'virtio-net', 'legacy'),
  ...pci('1af4/1001', 'virtio-blk', 'legacy'),
  ...pci('1af4/1002', 'virtio-balloon', 'legacy'),
  ...pci('1af4/1003', 'virtio-console', 'legacy'),
  ...pci('1af4/1004', 'virtio-scsi', 'legacy'),
  ...pci('1af4/1005', 'virtio-rng', 'legacy'),
  ...pci('1af4/1009', 'virtio-9p', 'legacy'),
  ...pci('1af4/1041', 'virtio-net', 'modern'),
  ...pci('1af4/1042', 'virtio-blk', 'modern'),
  ...pci('1af4/1043', 'virtio-console', 'modern'),
  ...pci('1af4/1044', 'virtio-rng', 'modern'),
  ...pci('1af4/1045', 'virtio-balloon', 'modern'),
  ...pci('1af4/1048', 'virtio-scsi', 'modern'),
  ...pci('1af4/1049', 'virtio-9p', 'modern'),
  ...pci('1af4/1050', 'virtio-gpu', 'modern'),
  ...pci('1af4/1052', 'virtio-input', 'modern'),
  ...pci('1af4/1053', 'virtio-vsock', 'modern'),
  ...pci('1af4/105a', 'virtio-fs', 'modern'),
  ...pci('1b36/0100', 'qxl', null),
  ...pci('1b36/0004', 'qemu-xhci', null),
  ...pci('1b36/000d', 'qemu-xhci', null),
  ...pci('1033/0194', 'nec-xhci', null),
  ...pci('8086/100e', 'e1000', null),
  ...pci('8086/10d3', 'e1000e', null),
  ...pci('10ec/8139', 'rtl8139', null),
  ...pci('8086/2415', 'ac97', null),
  ...pci('8086/2668', 'ich6-hda', null),
  ...pci('8086/293e', 'ich9-hda', null),
  'http://usb.org/usb/80ee/0021': { device: 'usb-tablet', virtio: null },
  'http://qemu.org/chipset/x86/q35': { device: 'q35', virtio: null },
}

function pci(id: string, device: OsDevice, virtio: Virtio) {
  return { [`http://pcisig.com/pci/${id}`]: { device, virtio } }
}

export function deviceOf(uri: string): { device: OsDevice; virtio: Virtio } | null {
  return Object.hasOwn(byUri, uri) ? (byUri[uri] ?? null) : null
}
