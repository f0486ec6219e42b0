import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { NodeDeviceXml, type DomainHostDevice } from 'node-libvirt/xml'

import { readHostSystem } from '../../hosts/place/host-system.ts'
import { nullIfRefused } from '../../null-if-refused.ts'
import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { presenceOf } from '../../hosts/place/files-of.ts'
import { hostDeviceKey } from '../../definitions/names.ts'

/** Devices that are passed through are plugged in and free; a TPM and shared folders have what they need. */
export async function checkDevices(examined: Examined): Promise<Cause[]> {
  const lists = await Promise.all([checkHostDevices(examined), checkTpm(examined), checkSharedFolders(examined)])
  return lists.flat()
}

async function checkHostDevices(examined: Examined): Promise<Cause[]> {
  const { definition, machine, isActive } = examined
  const devices = definition.devices.hostDevices.filter((device) => hostDeviceKey(device) !== '')
  if (devices.length === 0) return []
  const [others, plugged] = await Promise.all([isActive ? [] : examined.others(), pluggedDevices(examined)])
  return devices.flatMap((device) => {
    const key = hostDeviceKey(device)
    const words = wordsOf(device)
    const isOptional = device.element.elements.some((each) => each.getAttribute('startupPolicy') === 'optional')
    const detach = machineRepairs.detachHostDevice(machine, key, words)
    const holder = others.find((other) =>
      other.definition.devices.hostDevices.some((each) => hostDeviceKey(each) === key),
    )
    if (holder !== undefined) {
      return [
        stops('host-device-in-use', {
          sentence: say('doctor.runningOnlyOneMachine', { machine: holder.machine.name, words }),
          repairs: [detach, repairs.forceOff(holder.machine)],
        }),
      ]
    }
    if (isOptional || plugged === null || plugged.has(key) || device.type === 'mdev') return []
    return [
      stops('host-device-missing', {
        sentence: say('doctor.givenNotPluggedInto', {
          words,
          machine: machine.name,
          host: examined.host.label,
        }),
        repairs: [detach],
      }),
    ]
  })
}

function wordsOf(device: DomainHostDevice): Said {
  const key = hostDeviceKey(device).replace(/^[\w-]+:/, '')
  if (device.type === 'usb') return say('doctor.usbDevice', { key })
  return device.type === 'pci' ? say('doctor.pciDevice', { key }) : say('doctor.theDevice', { key })
}

/** Each under all the names that a definition may call it by; null: this host does not list its devices. */
async function pluggedDevices({ connection }: Examined): Promise<ReadonlySet<string> | null> {
  const handles = await nullIfRefused(connection.listAllNodeDevices(['cap-pci-dev', 'cap-usb-dev']))
  if (handles === null) return null
  const texts = await Promise.all(handles.map((handle) => nullIfRefused(handle.getXMLDesc())))
  const hex = (number: number | null, digits: number) => (number ?? 0).toString(16).padStart(digits, '0')
  return new Set(
    texts.flatMap((text) =>
      text === null
        ? []
        : NodeDeviceXml.parse(text).capabilities.flatMap((each) => {
            if (each.type === 'pci')
              return [`pci:${hex(each.pciDomain, 4)}:${hex(each.bus, 2)}:${hex(each.slot, 2)}.${hex(each.function, 1)}`]
            if (each.type !== 'usb_device') return []
            const model = `usb:${each.vendorId ?? ''}:${each.productId ?? ''}`.replaceAll('0x', '')
            return [model, `usb-at:${each.bus ?? ''}.${each.usbDevice ?? ''}`]
          }),
    ),
  )
}

async function checkTpm({ definition, machine, host, domainCapabilities }: Examined): Promise<Cause[]> {
  if (!definition.devices.tpms.some(({ backend }) => backend === 'emulator')) return []
  const known = await domainCapabilities()
  if (known === null || known.devices.tpmBackends.includes('emulator')) return []
  const install = repairs.installPackages(host.id, ['swtpm', 'swtpm-tools'], await readHostSystem(host))
  return [
    stops('tpm-program-missing', {
      sentence: say('doctor.emulatedTpmLacksPrograms', { machine: machine.name, host: host.label }),
      repairs: [...install, machineRepairs.detachTpm(machine)],
    }),
  ]
}

async function checkSharedFolders({ definition, machine, files }: Examined): Promise<Cause[]> {
  if (files === null) return []
  const causes: Cause[] = []
  for (const { sourceDirectory, targetTag } of definition.devices.filesystems) {
    if (sourceDirectory === null || (await presenceOf(files, sourceDirectory)) !== 'missing') continue
    causes.push(
      stops('shared-folder-missing', {
        sentence: say('doctor.folderSharesComputerNot', { sourceDirectory, machine: machine.name }),
        repairs: [targetTag === null ? null : machineRepairs.detachSharedFolder(machine, targetTag)],
      }),
    )
  }
  return causes
}
