import type { DefinitionClash } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainCapabilitiesXml, DomainXml } from 'node-libvirt/xml'

import { mended, removeElements } from './element-edit.ts'

/** QEMU is built without SPICE and QXL by some distributions: then a machine that has them cannot even be defined. */
export function mendScreens(domain: DomainXml, able: DomainCapabilitiesXml): DefinitionClash[] {
  return [...mendSpice(domain, able.devices.graphicsTypes), ...mendVideo(domain, able.devices.videoModels)]
}

function mendSpice({ devices, element }: DomainXml, types: readonly string[]): DefinitionClash[] {
  const spices = devices.graphics.filter(({ type }) => type === 'spice')
  if (spices.length === 0 || types.includes('spice') || !types.includes('vnc')) return []
  const hasVnc = devices.graphics.some(({ type }) => type === 'vnc')
  const [first, ...others] = spices
  for (const each of hasVnc ? spices : others)
    removeElements(element, './devices/graphics', (found) => found === each.element)
  if (!hasVnc && first !== undefined) {
    first.type = 'vnc'
    first.tlsPort = null
    for (const name of ['defaultMode', 'connected']) first.element.removeAttribute(name)
    for (const name of [
      'channel',
      'image',
      'jpeg',
      'zlib',
      'playback',
      'streaming',
      'clipboard',
      'mouse',
      'filetransfer',
      'gl',
    ])
      removeElements(first.element, `./${name}`)
  }
  const speaksSpice = (found: { getAttribute(name: string): string | null }) =>
    ['spicevmc', 'spiceport', 'spice'].includes(found.getAttribute('type') ?? '')
  for (const name of ['channel', 'redirdev', 'audio', 'smartcard'])
    removeElements(element, `./devices/${name}`, speaksSpice)
  return [mended('device-missing', say('imports.screenShownSpiceHosts'), say('imports.shownVnc'))]
}

function mendVideo({ devices }: DomainXml, models: readonly string[]): DefinitionClash[] {
  const next = ['virtio', 'vga', 'cirrus'].find((model) => models.includes(model))
  const unknown = devices.videos.filter(({ model }) => model !== null && models.length > 0 && !models.includes(model))
  if (next === undefined) return []
  return unknown.map((video) => {
    const old = video.model ?? ''
    for (const name of ['ram', 'vram', 'vram64', 'vgamem'])
      video.element.elements.find((child) => child.name === 'model')?.removeAttribute(name)
    video.model = next
    return mended('device-missing', say('imports.hostsQemuNoGraphics', { old }), say('imports.itHas', { next }))
  })
}
