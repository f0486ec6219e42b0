import { integer, oneOf, text, yesNo } from './codec.ts'
import { list, part } from './composition.ts'
import { documentObject } from './document-object.ts'
import { CpuTopology } from './domain-cpu.ts'
import { property, texts } from './property.ts'
import { kibibytes } from './units.ts'
import { xmlObject } from './xml-object.ts'

export class HostCpu extends xmlObject({
  arch: property('./arch', text),
  model: property('./model', text),
  vendor: property('./vendor', text),
  microcodeVersion: property('./microcode/@version', text),
  topology: part('./topology', CpuTopology),
  features: texts('./feature/@name'),
}) {}

export class SecurityModel extends xmlObject({
  model: property('./model', text),
  /** 0 is the domain's own, as libvirt names them. */
  domainOfInterpretation: property('./doi', text),
}) {}

export class HostNumaCell extends xmlObject({
  id: property('./@id', integer),
  memoryKiB: property('./memory', kibibytes),
  cpuCount: property('./cpus/@num', integer),
  cpuIds: texts('./cpus/cpu/@id'),
}) {}

export class CapabilitiesHost extends xmlObject({
  uuid: property('./uuid', text),
  cpu: part('./cpu', HostCpu),
  iommuSupport: property('./iommu/@support', yesNo),
  migrationTransports: texts('./migration_features/uri_transports/uri_transport'),
  numaCells: list('./topology/cells/cell', HostNumaCell),
  securityModels: list('./secmodel', SecurityModel),
}) {}

export class GuestMachine extends xmlObject({
  /** A name for the newest version (q35), or that version's own. */
  name: property('.', text),
  canonicalName: property('./@canonical', text),
  maxCpus: property('./@maxCpus', integer),
}) {}

export class GuestDomainType extends xmlObject({
  type: property('./@type', oneOf('qemu', 'kvm', 'hvf', 'test', 'xen', 'lxc')),
  /** Where it differs from that of the architecture. */
  emulator: property('./emulator', text),
}) {}

/** One kind of guest that the host can run. */
export class CapabilitiesGuest extends xmlObject({
  osType: property('./os_type', oneOf('hvm', 'exe', 'linux', 'xen')),
  arch: property('./arch/@name', text),
  wordSizeBits: property('./arch/wordsize', integer),
  emulator: property('./arch/emulator', text),
  machines: list('./arch/machine', GuestMachine),
  domainTypes: list('./arch/domain', GuestDomainType),
}) {}

/** What a host can do. @see https://libvirt.org/formatcaps.html */
export class CapabilitiesXml extends documentObject('capabilities', {
  host: part('./host', CapabilitiesHost),
  guests: list('./guest', CapabilitiesGuest),
}) {}
