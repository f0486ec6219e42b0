import { integer, onOff, oneOf, text } from '../codec.ts'
import { part } from '../composition.ts'
import { flag, property } from '../property.ts'
import { bytes } from '../units.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'
import { BackingStore } from './backing-store.ts'
import { DiskSource } from './disk-source.ts'

export class DiskDriver extends xmlObject({
  name: property('./@name', text),
  type: property('./@type', oneOf('raw', 'qcow2', 'qed', 'vmdk', 'vdi', 'luks')),
  cache: property('./@cache', oneOf('default', 'none', 'writethrough', 'writeback', 'directsync', 'unsafe')),
  discard: property('./@discard', oneOf('ignore', 'unmap')),
  detectZeroes: property('./@detect_zeroes', oneOf('off', 'on', 'unmap')),
  io: property('./@io', oneOf('threads', 'native', 'io_uring')),
  errorPolicy: property('./@error_policy', oneOf('stop', 'report', 'ignore', 'enospace')),
  ioThread: property('./@iothread', integer),
  queues: property('./@queues', integer),
}) {}

export class DiskTarget extends xmlObject({
  /** The name that orders the disks, such as vda; the guest may call it something else. */
  device: property('./@dev', text),
  bus: property('./@bus', oneOf('virtio', 'sata', 'scsi', 'ide', 'usb', 'fdc', 'sd', 'xen')),
  tray: property('./@tray', oneOf('open', 'closed')),
  isRemovable: property('./@removable', onOff),
  rotationRate: property('./@rotation_rate', integer),
}) {}

/** Limits; 0 or absent is no limit. */
export class DiskLimits extends xmlObject({
  totalBytesPerSecond: property('./total_bytes_sec', bytes),
  readBytesPerSecond: property('./read_bytes_sec', bytes),
  writeBytesPerSecond: property('./write_bytes_sec', bytes),
  totalOperationsPerSecond: property('./total_iops_sec', integer),
  readOperationsPerSecond: property('./read_iops_sec', integer),
  writeOperationsPerSecond: property('./write_iops_sec', integer),
}) {}

export class DomainDisk extends xmlObject({
  /** What the source is: it decides which fields of `source` apply. */
  type: property('./@type', oneOf('file', 'block', 'volume', 'network', 'dir', 'nvme', 'vhostuser')),
  /** What the guest sees; absent means disk. */
  device: property('./@device', oneOf('disk', 'cdrom', 'floppy', 'lun')),
  /** How snapshots treat this disk unless told otherwise. */
  snapshot: property('./@snapshot', oneOf('internal', 'external', 'no', 'manual')),
  driver: part('./driver', DiskDriver),
  source: part('./source', DiskSource),
  hasBackingStore: flag('./backingStore'),
  backingStore: part('./backingStore', BackingStore),
  target: part('./target', DiskTarget),
  limits: part('./iotune', DiskLimits),
  isReadOnly: flag('./readonly'),
  isShareable: flag('./shareable'),
  isTransient: flag('./transient'),
  serial: property('./serial', text),
  wwn: property('./wwn', text),
  /** 1 boots first. */
  bootOrder: property('./boot/@order', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {
  /** The images below this one, from the one next to it down to the base. */
  get backingChain(): BackingStore[] {
    const chain: BackingStore[] = []
    for (let each = this.backingStore.type === null ? null : this.backingStore; each !== null; each = each.next)
      chain.push(each)
    return chain
  }
}
