import { integer, oneOf, text, yesNo } from './codec.ts'
import { list, part } from './composition.ts'
import { documentObject } from './document-object.ts'
import { property, texts } from './property.ts'
import { xmlObject } from './xml-object.ts'

/** A CPU model; whether this host can run it is told for custom models. */
export class CpuModelCapability extends xmlObject({
  name: property('.', text),
  usable: property('./@usable', oneOf('yes', 'no', 'unknown')),
  isDeprecated: property('./@deprecated', yesNo),
  vendor: property('./@vendor', text),
}) {}

export class CpuModeCapability extends xmlObject({
  name: property('./@name', oneOf('host-passthrough', 'maximum', 'host-model', 'custom')),
  isSupported: property('./@supported', yesNo),
  models: list('./model', CpuModelCapability),
}) {}

export class LoaderCapability extends xmlObject({
  isSupported: property('./@supported', yesNo),
  /** The firmware files that are there. */
  paths: texts('./value'),
  types: texts("./enum[@name='type']/value"),
  readOnly: texts("./enum[@name='readonly']/value"),
  /** Has 'yes' where secure boot can be had. */
  secure: texts("./enum[@name='secure']/value"),
}) {}

/** What each kind of device may be; an empty list where this libvirt does not say. */
export class DeviceCapabilities extends xmlObject({
  diskDevices: texts("./disk/enum[@name='diskDevice']/value"),
  diskBuses: texts("./disk/enum[@name='bus']/value"),
  diskModels: texts("./disk/enum[@name='model']/value"),
  graphicsTypes: texts("./graphics/enum[@name='type']/value"),
  videoModels: texts("./video/enum[@name='modelType']/value"),
  hostDeviceTypes: texts("./hostdev/enum[@name='subsysType']/value"),
  rngModels: texts("./rng/enum[@name='model']/value"),
  rngBackends: texts("./rng/enum[@name='backendModel']/value"),
  filesystemDrivers: texts("./filesystem/enum[@name='driverType']/value"),
  isTpmSupported: property('./tpm/@supported', yesNo),
  tpmModels: texts("./tpm/enum[@name='model']/value"),
  tpmBackends: texts("./tpm/enum[@name='backendModel']/value"),
  tpmVersions: texts("./tpm/enum[@name='backendVersion']/value"),
  channelTypes: texts("./channel/enum[@name='type']/value"),
  isUsbRedirectionSupported: property('./redirdev/@supported', yesNo),
}) {}

export class FeatureCapabilities extends xmlObject({
  isGicSupported: property('./gic/@supported', yesNo),
  gicVersions: texts("./gic/enum[@name='version']/value"),
  isVmCoreInfoSupported: property('./vmcoreinfo/@supported', yesNo),
  isGenIdSupported: property('./genid/@supported', yesNo),
  isBackingStoreInputSupported: property('./backingStoreInput/@supported', yesNo),
  isBackupSupported: property('./backup/@supported', yesNo),
  isAsyncTeardownSupported: property('./async-teardown/@supported', yesNo),
  isSevSupported: property('./sev/@supported', yesNo),
  isSgxSupported: property('./sgx/@supported', yesNo),
  isHypervSupported: property('./hyperv/@supported', yesNo),
  hypervFeatures: texts("./hyperv/enum[@name='features']/value"),
}) {}

/** What one emulator can do with one machine type. @see https://libvirt.org/formatdomaincaps.html */
export class DomainCapabilitiesXml extends documentObject('domainCapabilities', {
  emulatorPath: property('./path', text),
  domainType: property('./domain', oneOf('qemu', 'kvm', 'hvf', 'xen', 'test')),
  machine: property('./machine', text),
  arch: property('./arch', text),
  maxVcpus: property('./vcpu/@max', integer),
  areIoThreadsSupported: property('./iothreads/@supported', yesNo),
  /** What `firmware=` takes: 'efi' where a firmware that suits is installed. */
  firmwares: texts("./os/enum[@name='firmware']/value"),
  loader: part('./os/loader', LoaderCapability),
  cpuModes: list('./cpu/mode', CpuModeCapability),
  memorySources: texts("./memoryBacking/enum[@name='sourceType']/value"),
  devices: part('./devices', DeviceCapabilities),
  features: part('./features', FeatureCapabilities),
}) {}
