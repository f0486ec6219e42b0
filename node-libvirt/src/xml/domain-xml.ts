import { documentObject } from './document-object.ts'
import { domainProperties } from './domain-element.ts'

/** A machine's definition. @see https://libvirt.org/formatdomain.html */
export class DomainXml extends documentObject('domain', domainProperties, ['type', 'name', 'memoryKiB', 'vcpuCount']) {
  /** The text without the passwords in it, for eyes and logs; not to be given back to libvirt. */
  withoutSecrets(): string {
    const copy = DomainXml.parse(this.toString())
    for (const graphics of copy.devices.graphics) graphics.password = null
    return copy.toString()
  }
}
