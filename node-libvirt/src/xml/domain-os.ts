import { integer, oneOf, text, yesNo } from './codec.ts'
import { list, part } from './composition.ts'
import { property, texts } from './property.ts'
import { xmlObject } from './xml-object.ts'

/** The firmware's code. */
export class OsLoader extends xmlObject({
  path: property('.', text),
  isReadOnly: property('./@readonly', yesNo),
  /** Only with the System Management Mode feature on. */
  isSecure: property('./@secure', yesNo),
  type: property('./@type', oneOf('pflash', 'rom')),
  format: property('./@format', oneOf('raw', 'qcow2')),
}) {}

/** The firmware's variables, a file for each machine. */
export class OsNvram extends xmlObject({
  path: property('.', text),
  template: property('./@template', text),
  format: property('./@format', oneOf('raw', 'qcow2')),
}) {}

/** What firmware the choice by `firmware='efi'` shall, or shall not, be able to. */
export class FirmwareFeature extends xmlObject({
  name: property('./@name', oneOf('secure-boot', 'enrolled-keys')),
  enabled: property('./@enabled', yesNo),
}) {}

/** How the machine boots. */
export class DomainOs extends xmlObject({
  type: property('./type', oneOf('hvm', 'exe', 'linux', 'xen')),
  arch: property('./type/@arch', oneOf('x86_64', 'aarch64', 'i686', 'armv7l', 'ppc64le', 'riscv64', 's390x')),
  machine: property('./type/@machine', text),
  /** Lets libvirt choose loader and nvram. */
  firmware: property('./@firmware', oneOf('efi', 'bios')),
  firmwareFeatures: list('./firmware/feature', FirmwareFeature),
  loader: part('./loader', OsLoader),
  nvram: part('./nvram', OsNvram),
  /** In order; a boot order on devices rules this out. */
  bootDevices: texts('./boot/@dev'),
  bootMenu: property('./bootmenu/@enable', yesNo),
  bootMenuTimeoutMs: property('./bootmenu/@timeout', integer),
  kernelPath: property('./kernel', text),
  initrdPath: property('./initrd', text),
  kernelCommandLine: property('./cmdline', text),
  smbios: property('./smbios/@mode', oneOf('emulate', 'host', 'sysinfo')),
}) {}
