import { integer, oneOf, text, yesNo } from '../codec.ts'
import { list } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'

export class DiskSourceHost extends xmlObject({
  name: property('./@name', text),
  port: property('./@port', integer),
  transport: property('./@transport', oneOf('tcp', 'rdma', 'unix')),
  socket: property('./@socket', text),
}) {}

/** Where a disk's data is; which fields apply is told by the disk's `type`. */
export class DiskSource extends xmlObject({
  /** type='file' */
  file: property('./@file', text),
  /** type='block' */
  device: property('./@dev', text),
  /** type='dir' */
  directory: property('./@dir', text),
  /** type='volume' */
  pool: property('./@pool', text),
  volume: property('./@volume', text),
  /** type='network' */
  protocol: property(
    './@protocol',
    oneOf('nbd', 'rbd', 'iscsi', 'sheepdog', 'gluster', 'http', 'https', 'ftp', 'ftps', 'tftp', 'ssh', 'nfs'),
  ),
  name: property('./@name', text),
  hosts: list('./host', DiskSourceHost),
  /** What to do at start when it is not there; libvirt takes 'optional' only for removable media. */
  startupPolicy: property('./@startupPolicy', oneOf('mandatory', 'requisite', 'optional')),
  /** The image in the chain that a running guest has it as. */
  index: property('./@index', integer),
  /** Relabel or not, for one security driver. */
  relabel: property('./seclabel/@relabel', yesNo),
}) {}
