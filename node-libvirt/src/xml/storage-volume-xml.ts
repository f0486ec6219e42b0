import { oneOf, text } from './codec.ts'
import { part } from './composition.ts'
import { documentObject } from './document-object.ts'
import { property } from './property.ts'
import { StoragePermissions } from './storage-permissions.ts'
import { bytes } from './units.ts'
import { xmlObject } from './xml-object.ts'

const imageFormat = oneOf(
  'raw',
  'qcow2',
  'iso',
  'qed',
  'vmdk',
  'vdi',
  'vhd',
  'luks',
  'dir',
  'bochs',
  'cloop',
  'cow',
  'dmg',
  'qcow',
  'vpc',
  'ploop',
)

export class VolumeTarget extends xmlObject({
  path: property('./path', text),
  format: property('./format/@type', imageFormat),
  /** The oldest QEMU that can read it: 0.10, 1.1. */
  compatibility: property('./compat', text),
  clusterSizeBytes: property('./clusterSize', bytes),
  permissions: part('./permissions', StoragePermissions),
  modifiedAtSeconds: property('./timestamps/mtime', text),
  encryption: property('./encryption/@format', oneOf('luks', 'qcow')),
}) {}

/** The image that this one is laid over. */
export class VolumeBackingStore extends xmlObject({
  path: property('./path', text),
  format: property('./format/@type', imageFormat),
}) {}

/** @see https://libvirt.org/formatstorage.html#storage-volume-xml */
export class StorageVolumeXml extends documentObject(
  'volume',
  {
    type: property('./@type', oneOf('file', 'block', 'dir', 'network', 'netdir', 'ploop')),
    name: property('./name', text),
    /** Unique over all pools of a host: a path for files. */
    key: property('./key', text),
    capacityBytes: property('./capacity', bytes),
    /** What it takes now; in a new volume, what is to be taken at once. */
    allocationBytes: property('./allocation', bytes),
    /** How far its file reaches. */
    physicalBytes: property('./physical', bytes),
    target: part('./target', VolumeTarget),
    backingStore: part('./backingStore', VolumeBackingStore),
  },
  ['name', 'capacityBytes'],
) {}
