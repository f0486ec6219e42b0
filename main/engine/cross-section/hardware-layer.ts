import type { CrossSectionNode } from '@strata/contract/cross-section.ts'
import { say } from '@strata/contract/words/say.ts'

import { networkDeviceNodes } from './network-nodes.ts'
import { idOf, node, shareOf, type Part } from './part.ts'
import type { CrossSectionSources, StorageDevice } from './sources.ts'

const nearlyFull = 0.9
const kibibyte = 1024

/** The computer that it all stands on. */
export function hardwareLayer(sources: CrossSectionSources): Part {
  const { host, hardware } = sources
  const devices = new Map([...hardware.storage.values()].map((device) => [device.name, device]))
  const caption = host.isThisComputer ? say('crossSection.thisComputer') : (host.facts?.hostname ?? host.label)
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
    detail: say('crossSection.free', { fileSystem, available: availableBytes }),
    share,
    health: share !== null && share > nearlyFull ? 'warning' : 'good',
    meaning: say('crossSection.mountedFree', { name, mountPoint, available: availableBytes, total: totalBytes }),
  })
}

function cpuNode({ host }: CrossSectionSources): CrossSectionNode {
  const { facts, load } = host
  const base = { id: 'cpu', stratum: 'hardware' } as const
  if (facts === null)
    return node({
      ...base,
      title: say('crossSection.processor'),
      detail: say('crossSection.notKnown'),
      health: 'absent',
      meaning: say('crossSection.hostNotToldAbout'),
    })
  const cores = facts.cpuSockets * facts.cpuCoresPerSocket
  const kvm = facts.kvm.usable ? say('crossSection.kvmWorks') : say('crossSection.noKvm')
  const share = load?.cpuShare ?? null
  return node({
    ...base,
    title: facts.cpuModel,
    detail: say('crossSection.cores', { count: cores, kvm }),
    share,
    meaning:
      share === null
        ? say('crossSection.processorThreadsForEverything', { cpuCount: facts.cpuCount })
        : say('crossSection.processorThreadsForEverythingHost', { cpuCount: facts.cpuCount, share }),
  })
}

function memoryNode({ host }: CrossSectionSources): CrossSectionNode {
  const { facts, load } = host
  const base = { id: 'host-memory', stratum: 'hardware', title: say('crossSection.memory') } as const
  const memoryKiB = load?.memoryKiB ?? facts?.memoryKiB ?? null
  if (memoryKiB === null)
    return node({
      ...base,
      detail: say('crossSection.notKnown'),
      health: 'absent',
      meaning: say('crossSection.hostNotToldAboutMemory'),
    })
  const usedKiB = load?.memoryUsedKiB ?? null
  const share = shareOf(usedKiB, memoryKiB)
  const whole = say('engine.bytes', { amount: memoryKiB * kibibyte })
  if (usedKiB === null)
    return node({
      ...base,
      detail: whole,
      meaning: say('crossSection.hostMemoryHowMuch', { whole }),
    })
  const used = say('engine.bytesOf', { part: usedKiB * kibibyte, whole: memoryKiB * kibibyte })
  return node({
    ...base,
    detail: used,
    share,
    health: share !== null && share > nearlyFull ? 'warning' : 'good',
    meaning: say('crossSection.hostUsesMemoryFor', { used }),
  })
}
