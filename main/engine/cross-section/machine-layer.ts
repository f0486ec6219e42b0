import { basename, dirname } from 'node:path'

import type { CrossSectionNode } from '@strata/contract/cross-section.ts'

import { byteShareText, byteText, percentText } from '../byte-text.ts'
import { idOf, link, node, shareOf, type Link, type Part } from './part.ts'
import { networkIdOf } from './network-nodes.ts'
import type { CrossSectionSources, DiskPicture } from './sources.ts'

const kibibyte = 1024
const nearlyFull = 0.9

/** The virtual hardware. */
export function machineLayer(sources: CrossSectionSources): Part {
  const { machine, disks } = sources
  const cards = cardNodes(sources)
  return {
    caption: `${machine.vcpuCount} vCPU, ${byteText(machine.memoryKiB * kibibyte)}`,
    nodes: [...cards.nodes, ...disks.map(diskNode), vcpuNode(sources), memoryNode(sources)],
    links: [
      ...cards.links,
      ...disks.flatMap((disk) => diskLinks(disk)),
      link('vcpu', 'accelerator'),
      link('vcpu', 'over-commit'),
      link('memory', 'over-commit'),
    ],
  }
}

type Card = NonNullable<CrossSectionSources['definition']>['devices']['interfaces'][number]

function cardNodes({ definition }: CrossSectionSources): { nodes: CrossSectionNode[]; links: Link[] } {
  const cards = [...(definition?.devices.interfaces ?? [])]
  const links = cards.flatMap((card, index) => {
    const networkId = networkIdOf(card)
    return networkId === null ? [] : [link(`nic-${index}`, networkId)]
  })
  return { nodes: cards.map(cardNode), links }
}

function cardNode(card: Card, index: number): CrossSectionNode {
  const isUnplugged = card.linkState === 'down'
  const name = `vNIC ${index + 1}`
  const parts = [card.model, card.macAddress].filter((part) => part !== null)
  return node({
    id: `nic-${index}`,
    stratum: 'machine',
    title: name,
    detail: isUnplugged ? `${parts.join(', ')}, cable out` : parts.join(', '),
    health: isUnplugged ? 'warning' : 'good',
    meaning: isUnplugged
      ? `${name} is there, but its cable is pulled out: nothing passes.`
      : `${name} is a ${card.model ?? 'network'} card that is plugged in.`,
  })
}

function diskNode(disk: DiskPicture): CrossSectionNode {
  const base = { id: idOf('disk', disk.target), stratum: 'machine' } as const
  if (disk.device === 'cdrom' || disk.device === 'floppy') return driveNode(disk, base)
  const title = `vDisk ${disk.target}`
  if (disk.isMissing) {
    return node({
      ...base,
      title,
      detail: `${basename(disk.path ?? '')} is not there`,
      health: 'broken',
      meaning: `The file of ${title}, ${disk.path ?? ''}, is not there. The machine cannot start without it.`,
    })
  }
  const share = shareOf(disk.allocationBytes, disk.capacityBytes)
  const layers = disk.layers === null || disk.layers < 2 ? null : `${disk.layers} layers`
  const parts = [disk.format, layers, sizeText(disk)].filter((part) => part !== null)
  return node({
    ...base,
    title,
    detail: parts.join(', ') || 'size not known',
    share,
    meaning: diskMeaning(title, disk),
  })
}

function driveNode(disk: DiskPicture, base: { readonly id: string; readonly stratum: 'machine' }): CrossSectionNode {
  const title = disk.device === 'cdrom' ? `CD drive ${disk.target}` : `Floppy drive ${disk.target}`
  if (disk.path === null) return node({ ...base, title, detail: 'empty', meaning: `${title} has no medium in it.` })
  const name = basename(disk.path)
  if (disk.isMissing) {
    return node({
      ...base,
      title,
      detail: `${name} is not there`,
      health: 'broken',
      meaning: `The medium in ${title}, ${disk.path}, is not there any more. Eject it to start the machine.`,
    })
  }
  return node({ ...base, title, detail: name, meaning: `${title} has ${disk.path} in it.` })
}

function sizeText({ allocationBytes, capacityBytes }: DiskPicture): string | null {
  if (capacityBytes === null) return null
  return allocationBytes === null ? byteText(capacityBytes) : byteShareText(allocationBytes, capacityBytes)
}

function diskMeaning(title: string, { capacityBytes, allocationBytes, layers }: DiskPicture): string {
  if (capacityBytes === null) return `${title} is there; how large it is, libvirt does not tell.`
  const sees = `The guest sees ${byteText(capacityBytes)} on ${title}`
  if (allocationBytes === null) return `${sees}.`
  const chain = layers !== null && layers > 1 ? `, in a chain of ${layers} images` : ''
  return `${sees}; it takes ${byteText(allocationBytes)} on the host${chain}.`
}

/** A disk lies in a pool, else in a folder that libvirt does not look after. */
function diskLinks({ target, poolUuid, path }: DiskPicture): Link[] {
  if (poolUuid !== null) return [link(idOf('disk', target), idOf('pool', poolUuid))]
  return path === null ? [] : [link(idOf('disk', target), idOf('folder', dirname(path)))]
}

function vcpuNode({ machine, sample }: CrossSectionSources): CrossSectionNode {
  const share = known(sample?.row[0])
  const isOff = machine.state === 'shut-off' || machine.state === 'crashed'
  return node({
    id: 'vcpu',
    stratum: 'machine',
    title: `${machine.vcpuCount} vCPU`,
    detail: share === null ? (isOff ? 'off' : 'load not known') : `${percentText(share)} now`,
    share,
    meaning:
      share === null
        ? `The machine has ${machine.vcpuCount} virtual processor${machine.vcpuCount === 1 ? '' : 's'}.`
        : `The guest uses ${percentText(share)} of its ${machine.vcpuCount} virtual processor${machine.vcpuCount === 1 ? '' : 's'}.`,
  })
}

function memoryNode({ machine, sample }: CrossSectionSources): CrossSectionNode {
  const usedKiB = known(sample?.row[1])
  const source = sample?.memorySource ?? 'none'
  const share = shareOf(usedKiB, machine.memoryKiB)
  const given = byteText(machine.memoryKiB * kibibyte)
  const base = { id: 'memory', stratum: 'machine', title: 'Memory', share } as const
  if (usedKiB === null || source === 'none') {
    return node({ ...base, detail: given, meaning: `The machine has ${given}; how much of it is in use is not known.` })
  }
  const used = byteShareText(usedKiB * kibibyte, machine.memoryKiB * kibibyte)
  if (source === 'host') {
    return node({
      ...base,
      detail: `host holds ${used}`,
      meaning: `The host holds ${used} for this machine. What the guest itself uses, only its balloon driver could tell.`,
    })
  }
  return node({
    ...base,
    detail: `${used} in use`,
    health: share !== null && share > nearlyFull ? 'warning' : 'good',
    meaning: `The guest uses ${used} of its memory.`,
  })
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
