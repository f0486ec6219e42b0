import { dirname } from 'node:path'

import type { DefinitionClash } from '@strata/contract/imports.ts'
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
  const none = 'This host has no UEFI firmware that suits: its package (on Debian ovmf) is not installed.'
  if (os.firmware === 'efi' && !hasUefi) return [blocking('firmware-missing', none)]
  const loader = os.loader.path
  const isMissing = loader !== null && (await picture.fileState(loader)) === 'missing'
  if (isMissing) {
    const sentence = `The firmware ${loader} is not here.`
    if (os.loader.type !== 'pflash' || !hasUefi)
      return [blocking('firmware-missing', os.loader.type === 'pflash' ? none : sentence)]
    const isSecure = os.loader.isSecure === true
    removeElements(domain.element, './os/loader')
    removeElements(domain.element, './os/nvram')
    os.firmware = 'efi'
    if (isSecure) os.firmwareFeatures.add({ name: 'secure-boot', enabled: true })
    return [
      mended(
        'firmware-missing',
        sentence,
        'libvirt chooses the UEFI firmware of this host; what the old one remembered is not taken over.',
      ),
    ]
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
    ? `${path} holds the firmware’s variables of another machine.`
    : `The firmware’s variables, ${path}, are not here.`
  return [mended('file-missing', sentence, 'The firmware begins with fresh variables, in a file of its own.')]
}
