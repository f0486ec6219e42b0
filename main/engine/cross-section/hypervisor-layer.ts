import { dirname } from 'node:path'

import type { CrossSectionNode } from '@strata/contract/cross-section.ts'
import type { Pool } from '@strata/contract/storage.ts'

import { byteText, percentText } from '../byte-text.ts'
import { networkNodes } from './network-nodes.ts'
import { idOf, link, node, shareOf, type Link, type Part } from './part.ts'
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

function caption({ machine, host }: CrossSectionSources): string {
  const { facts } = host
  if (facts === null) return host.label
  const version = facts.hypervisorVersion?.split('.').slice(0, 2).join('.')
  const name = version === undefined ? facts.hypervisor : `${facts.hypervisor} ${version}`
  switch (machine.accelerator) {
    case 'kvm':
      return `${name} on KVM`
    case 'emulation':
      return `${name}, emulation`
    case 'test':
      return 'libvirt’s test driver'
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
  const base = { id, stratum: 'hypervisor', title: `pool ${name}` } as const
  if (state !== 'running') {
    return node({
      ...base,
      detail: state,
      health: 'broken',
      meaning: `Pool ${name} is ${state}: the disks in it cannot be used until it runs.`,
    })
  }
  const share = shareOf(capacityBytes - availableBytes, capacityBytes)
  const fullness = share === null ? null : `${percentText(share)} full`
  const isNearlyFull = share !== null && share >= poolNearlyFull
  return node({
    ...base,
    detail: [type === 'dir' ? 'directory' : type, fullness].filter((part) => part !== null).join(', '),
    share,
    health: isNearlyFull ? 'warning' : 'good',
    meaning: `Pool ${name} has ${byteText(availableBytes)} free.${isNearlyFull ? ' When it is full, guests that write are paused.' : ''}`,
  })
}

function folderNode(id: string, folder: string): CrossSectionNode {
  return node({
    id,
    stratum: 'hypervisor',
    title: `folder ${folder}`,
    detail: 'not in a pool',
    meaning: `The file lies in ${folder}, which no storage pool looks after.`,
  })
}

function acceleratorNode({ machine, host }: CrossSectionSources): CrossSectionNode {
  const base = { id: 'accelerator', stratum: 'hypervisor' } as const
  switch (machine.accelerator) {
    case 'kvm':
      return node({
        ...base,
        title: 'KVM',
        detail: 'runs on the processor',
        meaning: 'The guest’s instructions run on the processor itself.',
      })
    case 'emulation': {
      const canKvm = host.facts?.kvm.usable === true
      const reason = canKvm
        ? 'This machine was made without KVM, though this host has it.'
        : (host.facts?.kvm.reason ?? '')
      return node({
        ...base,
        title: 'Emulation',
        detail: canKvm ? 'KVM would be faster' : 'slow: no KVM',
        health: 'warning',
        meaning: `Every instruction of the guest is translated, which is many times slower. ${reason}`.trim(),
      })
    }
    case 'test':
      return node({
        ...base,
        title: 'Test driver',
        detail: 'nothing really runs',
        health: 'absent',
        meaning: 'libvirt’s test driver acts this machine; there is no guest.',
      })
    case 'other':
      return node({
        ...base,
        title: host.facts?.hypervisor ?? 'Hypervisor',
        detail: 'not QEMU',
        meaning: 'Another hypervisor than QEMU runs this machine.',
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
      title: 'Isolation',
      detail: `${drivers.join(' and ')} in force`,
      meaning: `${drivers.join(' and ')} confines this machine’s process to its own files.`,
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
  const base = { id: 'over-commit', stratum: 'hypervisor', title: 'Over-commit' } as const
  if (host.facts === null)
    return node({ ...base, detail: 'host not known', health: 'absent', meaning: 'The host has not told what it has.' })
  const cpuRatio = vcpus / Math.max(1, host.facts.cpuCount)
  const memoryRatio = memoryKiB / Math.max(1, host.facts.memoryKiB)
  const isTooMuch = memoryRatio > 1
  return node({
    ...base,
    detail: `CPU ${ratioText(cpuRatio)}, memory ${ratioText(memoryRatio)}`,
    share: shareOf(memoryRatio, 1),
    health: isTooMuch ? 'warning' : 'good',
    meaning: isTooMuch
      ? 'The running machines were promised more memory than this host has; it may have to swap, or end one of them.'
      : `The running machines were promised ${vcpus} vCPU and ${byteText(memoryKiB * 1024)}, of ${host.facts.cpuCount} processors and ${byteText(host.facts.memoryKiB * 1024)}.`,
  })
}

function ratioText(ratio: number): string {
  return `${ratio.toFixed(1)} to 1`
}
