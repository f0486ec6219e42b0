import { documentObject } from './document-object.ts'
import { domainProperties } from './domain-element.ts'

/** A machine's definition. @see https://libvirt.org/formatdomain.html */
export class DomainXml extends documentObject('domain', domainProperties, ['type', 'name', 'memoryKiB', 'vcpuCount']) {}
