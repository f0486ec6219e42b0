import { dirname } from 'node:path'

import type { DefinitionClash } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainCapabilitiesXml, DomainXml } from 'node-libvirt/xml'

import { blocking, mended, removeElements } from './element-edit.ts'
import type { HostPicture } from './host-picture.ts'

/** UEFI code is the host's, its variables are the machine's. `oldName` is what the machine was called in the text. */
export async function mendFirmware(
  domain: DomainXml,
  able: DomainCapabilitiesXml,
  picture: HostPicture,
  oldName: string | null,
): Promise<DefinitionClash[]> {
  const { os } = domain
  const hasUefi = able.firmwares.includes('efi')
  const none = say('imports.hostNoUefiFirmware')
  if (os.firmware === 'efi' && !hasUefi) return [blocking('firmware-missing', none)]
  const loader = os.loader.path
  const isMissing = loader !== null && (await picture.fileState(loader)) === 'missing'
  if (isMissing) {
    const sentence = say('imports.firmwareNotHere', { loader })
    if (os.loader.type !== 'pflash' || !hasUefi)
      return [blocking('firmware-missing', os.loader.type === 'pflash' ? none : sentence)]
    const isSecure = os.loader.isSecure === true
    removeElements(domain.element, './os/loader')
    removeElements(domain.element, './os/nvram')
    os.firmware = 'efi'
    if (isSecure) os.firmwareFeatures.add({ name: 'secure-boot', enabled: true })
    return [mended('firmware-missing', sentence, say('imports.libvirtChoosesUefiFirmware'))]
  }
  return mendVariables(domain, picture, oldName)
}

/** The file of the firmware's variables is one machine's alone. */
async function mendVariables(
  domain: DomainXml,
  picture: HostPicture,
  oldName: string | null,
): Promise<DefinitionClash[]> {
  const { path } = domain.os.nvram
  if (path === null || path.trim() === '') return []
  const belongsToAnother = domain.name !== oldName || (await picture.usesVariables(path))
  const folder = await picture.fileState(dirname(path))
  if (!belongsToAnother && folder !== 'missing' && (await picture.fileState(path)) !== 'missing') return []
  const nvram = domain.element.elements.find(({ name }) => name === 'os')?.elements.find(({ name }) => name === 'nvram')
  if (nvram?.getAttribute('template') === null && domain.os.firmware === 'efi')
    removeElements(domain.element, './os/nvram')
  else if (nvram !== undefined) nvram.text = ''
  const sentence = belongsToAnother
    ? say('imports.holdsFirmwaresVariablesAnother', { path })
    : say('imports.firmwaresVariablesNotHere', { path })
  return [mended('file-missing', sentence, say('imports.firmwareBeginsFreshVariables'))]
}
