import type { CrossSectionNode } from '@strata/contract/cross-section.ts'

import { byteShareText, byteText, percentText } from '../byte-text.ts'
import { networkDeviceNodes } from './network-nodes.ts'
import { idOf, node, shareOf, type Part } from './part.ts'
import type { CrossSectionSources, StorageDevice } from './sources.ts'

const nearlyFull = 0.9
const kibibyte = 1024

/** The computer that it all stands on. */
export function hardwareLayer(sources: CrossSectionSources): Part {
  const { host, hardware } = sources
  const devices = new Map([...hardware.storage.values()].map((device) => [device.name, device]))
  const caption = host.isThisComputer ? 'this computer' : (host.facts?.hostname ?? host.label)
  return {
    caption,
    nodes: [
      ...networkDeviceNodes(sources),
      ...[...devices.values()].map(storageNode),
      cpuNode(sources),
      memoryNode(sources),
    ],
    links: [],
  }
}

function storageNode({ name, fileSystem, mountPoint, totalBytes, availableBytes }: StorageDevice): CrossSectionNode {
  const share = shareOf(totalBytes - availableBytes, totalBytes)
  return node({
    id: idOf('storage', name),
    stratum: 'hardware',
    title: name,
    detail: `${fileSystem}, ${byteText(availableBytes)} free`,
    share,
    health: share !== null && share > nearlyFull ? 'warning' : 'good',
    meaning: `${name}, mounted at ${mountPoint}, has ${byteText(availableBytes)} of ${byteText(totalBytes)} free.`,
  })
}

function cpuNode({ host }: CrossSectionSources): CrossSectionNode {
  const { facts, load } = host
  const base = { id: 'cpu', stratum: 'hardware' } as const
  if (facts === null)
    return node({
      ...base,
      title: 'Processor',
      detail: 'not known',
      health: 'absent',
      meaning: 'The host has not told about its processor.',
    })
  const cores = facts.cpuSockets * facts.cpuCoresPerSocket
  const kvm = facts.kvm.usable ? 'KVM works' : 'no KVM'
  const share = load?.cpuShare ?? null
  const now = share === null ? '' : ` and is ${percentText(share)} busy now`
  return node({
    ...base,
    title: facts.cpuModel,
    detail: `${cores} ${cores === 1 ? 'core' : 'cores'}, ${kvm}`,
    share,
    meaning: `The processor has ${facts.cpuCount} threads for everything on this host${now}.`,
  })
}

function memoryNode({ host }: CrossSectionSources): CrossSectionNode {
  const { facts, load } = host
  const base = { id: 'host-memory', stratum: 'hardware', title: 'Memory' } as const
  const memoryKiB = load?.memoryKiB ?? facts?.memoryKiB ?? null
  if (memoryKiB === null)
    return node({ ...base, detail: 'not known', health: 'absent', meaning: 'The host has not told about its memory.' })
  const usedKiB = load?.memoryUsedKiB ?? null
  const share = shareOf(usedKiB, memoryKiB)
  const whole = byteText(memoryKiB * kibibyte)
  if (usedKiB === null)
    return node({
      ...base,
      detail: whole,
      meaning: `The host has ${whole} of memory; how much is in use it does not tell.`,
    })
  const used = byteShareText(usedKiB * kibibyte, memoryKiB * kibibyte)
  return node({
    ...base,
    detail: used,
    share,
    health: share !== null && share > nearlyFull ? 'warning' : 'good',
    meaning: `The host uses ${used} of memory, for machines and everything else.`,
  })
}
