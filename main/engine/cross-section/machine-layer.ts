import { basename, dirname } from 'node:path'

import type { CrossSectionNode } from '@strata/contract/cross-section.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { factsOf, idOf, link, node, shareOf, type Link, type Part } from './part.ts'
import { networkIdOf } from './network-nodes.ts'
import type { CrossSectionSources, DiskPicture } from './sources.ts'

const kibibyte = 1024
const nearlyFull = 0.9

/** The virtual hardware. */
export function machineLayer(sources: CrossSectionSources): Part {
  const { machine, disks } = sources
  const cards = cardNodes(sources)
  return {
    caption: say('crossSection.vcpu', { vcpuCount: machine.vcpuCount, memory: machine.memoryKiB * kibibyte }),
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
  const name = say('crossSection.vnic', { index: index + 1 })
  return node({
    id: `nic-${index}`,
    stratum: 'machine',
    title: name,
    detail: factsOf([card.model, card.macAddress, isUnplugged ? say('crossSection.cableOut') : null]),
    health: isUnplugged ? 'warning' : 'good',
    meaning: isUnplugged
      ? say('crossSection.thereButCablePulled', { name })
      : say('crossSection.cardPlugged', { name, model: card.model ?? 'network' }),
  })
}

function diskNode(disk: DiskPicture): CrossSectionNode {
  const base = { id: idOf('disk', disk.target), stratum: 'machine' } as const
  if (disk.device === 'cdrom' || disk.device === 'floppy') return driveNode(disk, base)
  const title = say('crossSection.vdisk', { target: disk.target })
  if (disk.isMissing) {
    return node({
      ...base,
      title,
      detail: say('crossSection.notThere2', { fileName: basename(disk.path ?? '') }),
      health: 'broken',
      meaning: say('crossSection.fileNotThereMachine', { title, path: disk.path ?? '' }),
    })
  }
  const share = shareOf(disk.allocationBytes, disk.capacityBytes)
  const layers = disk.layers === null || disk.layers < 2 ? null : say('crossSection.layers', { layers: disk.layers })
  const parts = [disk.format, layers, sizeText(disk)].filter((part) => part !== null)
  return node({
    ...base,
    title,
    detail: parts.length === 0 ? say('crossSection.sizeNotKnown') : factsOf(parts),
    share,
    meaning: diskMeaning(title, disk),
  })
}

function driveNode(disk: DiskPicture, base: { readonly id: string; readonly stratum: 'machine' }): CrossSectionNode {
  const title =
    disk.device === 'cdrom'
      ? say('crossSection.cdDrive', { target: disk.target })
      : say('crossSection.floppyDrive', { target: disk.target })
  if (disk.path === null)
    return node({ ...base, title, detail: 'empty', meaning: say('crossSection.noMedium', { title }) })
  const name = basename(disk.path)
  if (disk.isMissing) {
    return node({
      ...base,
      title,
      detail: say('crossSection.notThere3', { name }),
      health: 'broken',
      meaning: say('crossSection.mediumNotThereAny', { title, path: disk.path }),
    })
  }
  return node({ ...base, title, detail: name, meaning: say('crossSection.hasInIt', { title, path: disk.path }) })
}

function sizeText({ allocationBytes, capacityBytes }: DiskPicture): Said | null {
  if (capacityBytes === null) return null
  return allocationBytes === null
    ? say('engine.bytes', { amount: capacityBytes })
    : say('engine.bytesOf', { part: allocationBytes, whole: capacityBytes })
}

function diskMeaning(title: Said, { capacityBytes, allocationBytes, layers }: DiskPicture): Said {
  if (capacityBytes === null) return say('crossSection.thereHowLargeLibvirt', { title })
  if (allocationBytes === null) return say('crossSection.guestSees', { capacity: capacityBytes, title })
  const sizes = { capacity: capacityBytes, allocation: allocationBytes, title }
  return layers !== null && layers > 1
    ? say('crossSection.takesInChain', { ...sizes, layers })
    : say('crossSection.takesHost', sizes)
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
    title: say('crossSection.vcpu2', { vcpuCount: machine.vcpuCount }),
    detail: share === null ? (isOff ? 'off' : say('crossSection.loadNotKnown')) : say('crossSection.now', { share }),
    share,
    meaning:
      share === null
        ? say('crossSection.machineProcessors', { count: machine.vcpuCount })
        : say('crossSection.guestProcessors', { count: machine.vcpuCount, share }),
  })
}

function memoryNode({ machine, sample }: CrossSectionSources): CrossSectionNode {
  const usedKiB = known(sample?.row[1])
  const source = sample?.memorySource ?? 'none'
  const share = shareOf(usedKiB, machine.memoryKiB)
  const given = say('engine.bytes', { amount: machine.memoryKiB * kibibyte })
  const base = { id: 'memory', stratum: 'machine', title: say('crossSection.memory'), share } as const
  if (usedKiB === null || source === 'none') {
    return node({ ...base, detail: given, meaning: say('crossSection.machineHowMuchUse', { given }) })
  }
  const used = say('engine.bytesOf', { part: usedKiB * kibibyte, whole: machine.memoryKiB * kibibyte })
  if (source === 'host') {
    return node({
      ...base,
      detail: say('crossSection.hostHolds', { used }),
      meaning: say('crossSection.hostHoldsForMachine', { used }),
    })
  }
  return node({
    ...base,
    detail: say('crossSection.inUse', { used }),
    health: share !== null && share > nearlyFull ? 'warning' : 'good',
    meaning: say('crossSection.guestUsesMemory', { used }),
  })
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
