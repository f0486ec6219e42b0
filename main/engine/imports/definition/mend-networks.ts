import type { DefinitionClash } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { mended, removeElements } from './element-edit.ts'
import type { HostPicture } from './host-picture.ts'

type Card = DomainXml['devices']['interfaces'][number]

/** Cards on networks, bridges and devices that are not here are plugged into what is. */
export async function mendNetworks(domain: DomainXml, picture: HostPicture): Promise<DefinitionClash[]> {
  const clashes: DefinitionClash[] = []
  for (const card of domain.devices.interfaces) {
    const missing = await whatIsMissing(card, picture)
    if (missing !== null) clashes.push(mended('network-missing', missing, replug(card, picture)))
  }
  return clashes
}

/** Null: it is there, or nobody can tell. */
async function whatIsMissing(card: Card, picture: HostPicture): Promise<Said | null> {
  const { network, bridge, device } = card.source
  switch (card.type) {
    case 'network': {
      const isHere = picture.host.inventory.networks().some(({ name }) => name === network)
      return isHere ? null : say('imports.thereNoNetworkHere', { network: network ?? '' })
    }
    case 'bridge':
      return (await hasDevice(bridge, picture)) ? null : say('imports.thereNoBridgeHere', { bridge: bridge ?? '' })
    case 'direct':
      return (await hasDevice(device, picture)) ? null : say('imports.thereNoNetworkDevice', { device: device ?? '' })
    default:
      return null
  }
}

/** Of other hosts it is not known; libvirt says so at the start. */
async function hasDevice(name: string | null, picture: HostPicture): Promise<boolean> {
  if (picture.host.files === null) return true
  if (name === null || name.includes('/')) return false
  return (await picture.fileState(`/sys/class/net/${name}`)) !== 'missing'
}

/** The default network, else one that runs, else any; without networks QEMU's own, which reaches out only. */
function replug(card: Card, { host }: HostPicture): Said {
  const networks = host.inventory.networks()
  const chosen =
    networks.find(({ name }) => name === 'default') ?? networks.find(({ active }) => active) ?? networks[0] ?? null
  // What belongs to the old place: ports of a switch, VLANs, limits that user-mode networks do not know.
  for (const path of [
    './source',
    './virtualport',
    './vlan',
    './script',
    './filterref',
    './port',
    './bandwidth',
    './backend',
  ])
    removeElements(card.element, path)
  card.type = chosen === null ? 'user' : 'network'
  if (chosen === null) return say('imports.cardQemusOwnNetwork')
  card.source.network = chosen.name
  return say('imports.cardNetwork', { chosen: chosen.name })
}
