import { integer, oneOf, text } from './codec.ts'
import { list, part } from './composition.ts'
import { documentObject } from './document-object.ts'
import { DomainElement } from './domain-element.ts'
import { flag, property } from './property.ts'
import { bytes } from './units.ts'
import { xmlObject } from './xml-object.ts'

export class CheckpointDisk extends xmlObject({
  name: property('./@name', text),
  checkpoint: property('./@checkpoint', oneOf('no', 'bitmap')),
  bitmap: property('./@bitmap', text),
  sizeBytes: property('./@size', bytes),
}) {}

/** A moment since which changed blocks are counted. @see https://libvirt.org/formatcheckpoint.html */
export class DomainCheckpointXml extends documentObject('domaincheckpoint', {
  name: property('./name', text),
  description: property('./description', text),
  /** Seconds since 1970. */
  creationTimeSeconds: property('./creationTime', integer),
  parentName: property('./parent/name', text),
  disks: list('./disks/disk', CheckpointDisk),
  hasDomain: flag('./domain'),
  domain: part('./domain', DomainElement),
}) {}
