import { integer, oneOf, text } from './codec.ts'
import { list, part } from './composition.ts'
import { documentObject } from './document-object.ts'
import { property } from './property.ts'
import { StoragePermissions } from './storage-permissions.ts'
import { bytes } from './units.ts'
import { xmlObject } from './xml-object.ts'

export class PoolSourceHost extends xmlObject({
  name: property('./@name', text),
  port: property('./@port', integer),
}) {}

export class PoolSourceDevice extends xmlObject({
  path: property('./@path', text),
}) {}

/** What the pool is made of; which fields apply is told by the pool's `type`. */
export class PoolSource extends xmlObject({
  name: property('./name', text),
  directory: property('./dir/@path', text),
  hosts: list('./host', PoolSourceHost),
  devices: list('./device', PoolSourceDevice),
  adapterName: property('./adapter/@name', text),
  initiator: property('./initiator/iqn/@name', text),
  format: property('./format/@type', text),
  vendor: property('./vendor/@name', text),
  product: property('./product/@name', text),
}) {}

export class PoolTarget extends xmlObject({
  path: property('./path', text),
  permissions: part('./permissions', StoragePermissions),
}) {}

/** @see https://libvirt.org/formatstorage.html */
export class StoragePoolXml extends documentObject(
  'pool',
  {
    type: property(
      './@type',
      oneOf(
        'dir',
        'fs',
        'netfs',
        'logical',
        'disk',
        'iscsi',
        'iscsi-direct',
        'scsi',
        'mpath',
        'rbd',
        'gluster',
        'zfs',
        'vstorage',
        'sheepdog',
      ),
    ),
    name: property('./name', text),
    uuid: property('./uuid', text),
    capacityBytes: property('./capacity', bytes),
    allocationBytes: property('./allocation', bytes),
    availableBytes: property('./available', bytes),
    source: part('./source', PoolSource),
    target: part('./target', PoolTarget),
  },
  ['type', 'name'],
) {}
