import type { DefinitionClash } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainCapabilitiesXml, DomainXml } from 'node-libvirt/xml'

import { blocking, mended, removeElements, warning } from './element-edit.ts'
import type { HostPicture } from './host-picture.ts'
import { mendFirmware } from './mend-firmware.ts'
import { mendScreens } from './mend-screens.ts'

/** What runs the machine, and what it seems to be: emulator, machine type, processor, firmware. */
export async function mendPlatform(
  domain: DomainXml,
  picture: HostPicture,
  oldName: string | null,
): Promise<DefinitionClash[]> {
  if (picture.host.address.driver === 'test' || picture.capabilities === null) return [] // its machines are only acted
  const arch = domain.os.arch ?? picture.host.facts?.architecture ?? 'x86_64'
  const guest = picture.capabilities.guests.find(
    (each) => each.arch === arch && each.osType === (domain.os.type ?? 'hvm'),
  )
  if (guest === undefined) {
    return [blocking('emulator-missing', say('imports.hostNothingRunsMachines', { arch }))]
  }
  const clashes = [
    ...mendHypervisor(domain, picture, arch),
    ...mendEmulator(domain, [guest.emulator, ...guest.domainTypes.map(({ emulator }) => emulator)]),
    ...mendMachineType(
      domain,
      guest.machines.flatMap(({ name, canonicalName }) => [name, canonicalName]),
    ),
  ]
  const able = await picture.domainCapabilities({
    arch,
    machine: domain.os.machine ?? undefined,
    virtType: domain.type ?? undefined,
    emulator: domain.devices.emulator ?? undefined,
  })
  if (able === null) return clashes
  return [
    ...clashes,
    ...mendProcessor(domain, able),
    ...(await mendFirmware(domain, able, picture, oldName)),
    ...mendScreens(domain, able),
    ...missingTpm(domain, able),
  ]
}

function mendHypervisor(domain: DomainXml, picture: HostPicture, arch: string): DefinitionClash[] {
  const type = domain.type ?? ''
  if (type === 'qemu' || type === '') return []
  if (type !== 'kvm' && type !== 'hvf') {
    return [blocking('hypervisor-missing', say('imports.madeForDoesNot', { slice: type.slice(0, 32) }))]
  }
  const isOwnArchitecture = arch === (picture.host.facts?.architecture ?? arch)
  if (type === 'kvm' && picture.usesKvm && isOwnArchitecture) return []
  domain.type = picture.usesKvm && isOwnArchitecture ? 'kvm' : 'qemu'
  if (domain.type === 'kvm')
    return [mended('kvm-missing', say('imports.madeForHypervisorMacos'), say('imports.runsKvm'))]
  // These speak to KVM itself.
  removeElements(domain.element, './features/kvm')
  removeElements(domain.element, './features/hyperv')
  removeElements(domain.element, './clock/timer', (timer) =>
    ['kvmclock', 'hypervclock'].includes(timer.getAttribute('name') ?? ''),
  )
  return [mended('kvm-missing', say('imports.wantsKvmDoesNot'), say('imports.emulatedSameButMany'))]
}

function mendEmulator(domain: DomainXml, known: readonly (string | null)[]): DefinitionClash[] {
  const { emulator } = domain.devices
  if (emulator === null || known.includes(emulator)) return []
  domain.devices.emulator = null
  return [
    mended('emulator-missing', say('imports.emulatorNotOneHost', { emulator }), say('imports.libvirtChoosesOneHere')),
  ]
}

/** Names without a version stand for the newest; versions come and go with QEMU. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^pc-q35-/, 'q35'],
  [/^pc-/, 'pc'],
  [/^virt-/, 'virt'],
  [/^pseries-/, 'pseries'],
  [/^s390-ccw-virtio-/, 's390-ccw-virtio'],
]

function mendMachineType(domain: DomainXml, known: readonly (string | null)[]): DefinitionClash[] {
  const { machine } = domain.os
  if (machine === null || known.includes(machine)) return []
  const family = families.find(([pattern, name]) => pattern.test(machine) && known.includes(name))?.[1]
  const sentence = say('imports.hostsQemuNoMachine', { machine })
  if (family === undefined) return [blocking('machine-type-unknown', sentence)]
  domain.os.machine = family
  return [mended('machine-type-unknown', sentence, say('imports.newestKindHere', { family }))]
}

function mendProcessor(domain: DomainXml, able: DomainCapabilitiesXml): DefinitionClash[] {
  const mode = domain.cpu.mode ?? (domain.cpu.model === null ? null : 'custom')
  if (mode === null) return []
  const modes = able.cpuModes
  const sentence = whyUnavailable(domain, modes, mode)
  if (sentence === null) return []
  const next = (['host-model', 'maximum'] as const).find(
    (each) =>
      each !== mode &&
      (each === 'maximum') === (domain.type !== 'kvm') &&
      modes.some(({ name, isSupported }) => name === each && isSupported),
  )
  if (next === undefined) return [blocking('cpu-unavailable', sentence)]
  for (const path of ['./cpu/model', './cpu/vendor', './cpu/feature', './cpu/maxphysaddr'])
    removeElements(domain.element, path)
  domain.cpu.match = null
  domain.cpu.check = null
  domain.cpu.isMigratable = null
  domain.cpu.mode = next
  return [
    mended(
      'cpu-unavailable',
      sentence,
      next === 'maximum' ? say('imports.allEmulationCanDo') : say('imports.processorLikeHosts'),
    ),
  ]
}

/** Null: it can be had. */
function whyUnavailable(domain: DomainXml, modes: DomainCapabilitiesXml['cpuModes'], mode: string): Said | null {
  const capability = modes.find(({ name }) => name === mode)
  if (capability?.isSupported !== true) return say('imports.processorKindCannotHere', { mode })
  if (mode !== 'custom' || domain.cpu.model === null) return null
  const model = capability.models.find(({ name }) => name === domain.cpu.model)
  return model?.usable === 'no' || model === undefined
    ? say('imports.processorModelCannotHere', { model: domain.cpu.model })
    : null
}

function missingTpm(domain: DomainXml, able: DomainCapabilitiesXml): DefinitionClash[] {
  const wants = domain.devices.tpms.some(({ backend }) => backend === 'emulator')
  if (!wants || able.devices.isTpmSupported !== false) return []
  return [warning('device-missing', say('imports.tpmNeedsSwtpmNot'))]
}
