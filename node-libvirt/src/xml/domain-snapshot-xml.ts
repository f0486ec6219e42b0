import { integer, oneOf, text } from './codec.ts'
import { list, part } from './composition.ts'
import { DiskSource } from './devices/disk-source.ts'
import { documentObject } from './document-object.ts'
import { DomainElement } from './domain-element.ts'
import { flag, property } from './property.ts'
import { xmlObject } from './xml-object.ts'

export class SnapshotDisk extends xmlObject({
  /** The disk's target name, such as vda, or the path of its image. */
  name: property('./@name', text),
  snapshot: property('./@snapshot', oneOf('internal', 'external', 'no', 'manual')),
  type: property('./@type', oneOf('file', 'block', 'network')),
  driver: property('./driver/@type', oneOf('qcow2', 'raw', 'qed')),
  source: part('./source', DiskSource),
}) {}

/** @see https://libvirt.org/formatsnapshot.html */
export class DomainSnapshotXml extends documentObject(
  'domainsnapshot',
  {
    name: property('./name', text),
    description: property('./description', text),
    /** The machine's state at that moment; disk-snapshot when only its disks were kept. */
    state: property(
      './state',
      oneOf(
        'running',
        'shutoff',
        'paused',
        'disk-snapshot',
        'blocked',
        'shutdown',
        'crashed',
        'pmsuspended',
        'nostate',
      ),
    ),
    /** Seconds since 1970. */
    creationTimeSeconds: property('./creationTime', integer),
    parentName: property('./parent/name', text),
    memory: property('./memory/@snapshot', oneOf('no', 'internal', 'external')),
    memoryFile: property('./memory/@file', text),
    disks: list('./disks/disk', SnapshotDisk),
    /** Whether it is the one that the machine now goes on from; 0 or 1, only in redefinitions. */
    active: property('./active', integer),
    /** The definition at that moment; with a memory snapshot `inactiveDomain` is what it would have been started with. */
    hasDomain: flag('./domain'),
    domain: part('./domain', DomainElement),
    hasInactiveDomain: flag('./inactiveDomain'),
    inactiveDomain: part('./inactiveDomain', DomainElement),
  },
  [],
) {}
