import { dirname } from 'node:path'

import type { CrossSectionNode } from '@strata/contract/cross-section.ts'
import type { Pool } from '@strata/contract/storage.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { say } from '@strata/contract/words/say.ts'

import { networkNodes } from './network-nodes.ts'
import { factsOf, idOf, link, node, shareOf, type Link, type Part } from './part.ts'
import type { CrossSectionSources } from './sources.ts'

const poolNearlyFull = 0.9

/** What stands between the machine and the computer: networks, storage, the accelerator, and how much is promised. */
export function hypervisorLayer(sources: CrossSectionSources): Part {
  const networks = networkNodes(sources)
  const storage = storageNodes(sources)
  const isolation = isolationNode(sources)
  return {
    caption: caption(sources),
    nodes: [...networks.nodes, ...storage.nodes, acceleratorNode(sources), ...isolation, overCommitNode(sources)],
    links: [
      ...networks.links,
      ...storage.links,
      link('accelerator', 'cpu'),
      link('over-commit', 'cpu'),
      link('over-commit', 'host-memory'),
    ],
  }
}

function caption({ machine, host }: CrossSectionSources): string | Said {
  const { facts } = host
  if (facts === null) return host.label
  const version = facts.hypervisorVersion?.split('.').slice(0, 2).join('.')
  const name = version === undefined ? facts.hypervisor : `${facts.hypervisor} ${version}`
  switch (machine.accelerator) {
    case 'kvm':
      return say('crossSection.onKvm', { name })
    case 'emulation':
      return say('crossSection.emulation', { name })
    case 'test':
      return say('crossSection.libvirtsTestDriver')
    case 'other':
      return name
  }
}

function storageNodes({ disks, host, hardware }: CrossSectionSources): { nodes: CrossSectionNode[]; links: Link[] } {
  const nodes = new Map<string, CrossSectionNode>()
  const links = new Map<string, Link>()
  for (const { path, poolUuid } of disks) {
    const pool = host.pools.find(({ uuid }) => uuid === poolUuid)
    const folder = pool?.path ?? (path === null ? null : dirname(path))
    if (folder === null) continue
    const id = pool === undefined ? idOf('folder', folder) : idOf('pool', pool.uuid)
    nodes.set(id, pool === undefined ? folderNode(id, folder) : poolNode(id, pool))
    const device = hardware.storage.get(folder)
    if (device !== undefined) links.set(id, link(id, idOf('storage', device.name)))
  }
  return { nodes: [...nodes.values()], links: [...links.values()] }
}

function poolNode(id: string, { name, type, state, capacityBytes, availableBytes }: Pool): CrossSectionNode {
  const base = { id, stratum: 'hypervisor', title: say('crossSection.pool', { name }) } as const
  if (state !== 'running') {
    return node({
      ...base,
      detail: state,
      health: 'broken',
      meaning: say('crossSection.poolDisksCannotUsed', { name, state }),
    })
  }
  const share = shareOf(capacityBytes - availableBytes, capacityBytes)
  const fullness = share === null ? null : say('crossSection.full', { share })
  const isNearlyFull = share !== null && share >= poolNearlyFull
  return node({
    ...base,
    detail: factsOf([type === 'dir' ? say('crossSection.directory') : type, fullness]),
    share,
    health: isNearlyFull ? 'warning' : 'good',
    meaning: isNearlyFull
      ? say('crossSection.poolFreeWhenFull', { name, available: availableBytes })
      : say('crossSection.poolFree', { name, available: availableBytes }),
  })
}

function folderNode(id: string, folder: string): CrossSectionNode {
  return node({
    id,
    stratum: 'hypervisor',
    title: say('crossSection.folder', { folder }),
    detail: say('crossSection.notPool'),
    meaning: say('crossSection.fileLiesNoStorage', { folder }),
  })
}

function acceleratorNode({ machine, host }: CrossSectionSources): CrossSectionNode {
  const base = { id: 'accelerator', stratum: 'hypervisor' } as const
  switch (machine.accelerator) {
    case 'kvm':
      return node({
        ...base,
        title: say('crossSection.kvm'),
        detail: say('crossSection.runsProcessor'),
        meaning: say('crossSection.guestsInstructionsRunProcessor'),
      })
    case 'emulation': {
      const canKvm = host.facts?.kvm.usable === true
      const reason = canKvm ? say('crossSection.machineMadeWithoutKvm') : (host.facts?.kvm.reason ?? null)
      return node({
        ...base,
        title: say('crossSection.emulation2'),
        detail: canKvm ? say('crossSection.kvmFaster') : say('crossSection.slowNoKvm'),
        health: 'warning',
        meaning: say('engine.sentences', {
          all: [say('crossSection.everyInstructionGuestTranslated'), ...(reason === null ? [] : [reason])],
        }),
      })
    }
    case 'test':
      return node({
        ...base,
        title: say('crossSection.testDriver'),
        detail: say('crossSection.nothingReallyRuns'),
        health: 'absent',
        meaning: say('crossSection.libvirtsTestDriverActs'),
      })
    case 'other':
      return node({
        ...base,
        title: host.facts?.hypervisor ?? 'Hypervisor',
        detail: say('crossSection.notQemu'),
        meaning: say('crossSection.anotherHypervisorThanQemu'),
      })
  }
}

const driverNames: Readonly<Record<string, string | undefined>> = { apparmor: 'AppArmor', selinux: 'SELinux' }

/** Left out where nothing confines the process, or that cannot be seen. */
function isolationNode({ definition }: CrossSectionSources): CrossSectionNode[] {
  const drivers = [...(definition?.securityLabels ?? [])]
    .filter(({ type, label }) => type !== 'none' && label !== null)
    .map(({ model }) => driverNames[model ?? ''])
    .filter((name) => name !== undefined)
  if (drivers.length === 0) return []
  return [
    node({
      id: 'isolation',
      stratum: 'hypervisor',
      title: say('crossSection.isolation'),
      detail: say('crossSection.inForce', { drivers }),
      meaning: say('crossSection.confinesMachinesProcessOwn', { drivers }),
    }),
  ]
}

/** What all running machines of the host were promised, against what it has. */
function overCommitNode({ host }: CrossSectionSources): CrossSectionNode {
  const running = host.machines.filter(
    ({ state }) => state === 'running' || state === 'paused' || state === 'shutting-down',
  )
  const vcpus = running.reduce((sum, { vcpuCount }) => sum + vcpuCount, 0)
  const memoryKiB = running.reduce((sum, machine) => sum + machine.memoryKiB, 0)
  const base = { id: 'over-commit', stratum: 'hypervisor', title: say('crossSection.overCommit') } as const
  if (host.facts === null)
    return node({
      ...base,
      detail: say('crossSection.hostNotKnown'),
      health: 'absent',
      meaning: say('crossSection.hostNotToldWhat'),
    })
  const cpuRatio = vcpus / Math.max(1, host.facts.cpuCount)
  const memoryRatio = memoryKiB / Math.max(1, host.facts.memoryKiB)
  const isTooMuch = memoryRatio > 1
  return node({
    ...base,
    detail: say('crossSection.cpuMemory', { ratio: ratioText(cpuRatio), ratio2: ratioText(memoryRatio) }),
    share: shareOf(memoryRatio, 1),
    health: isTooMuch ? 'warning' : 'good',
    meaning: isTooMuch
      ? say('crossSection.runningMachinesPromisedMore')
      : say('crossSection.runningMachinesPromisedVcpu', {
          vcpus,
          memory: memoryKiB * 1024,
          cpuCount: host.facts.cpuCount,
          memory2: host.facts.memoryKiB * 1024,
        }),
  })
}

function ratioText(ratio: number): Said {
  return say('crossSection.to1', { toFixed: ratio.toFixed(1) })
}
