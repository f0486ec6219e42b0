import { say } from '@strata/contract/words/say.ts'

import { isWindows } from './guest-family.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import type { CheckGround } from './check-ground.ts'
import { resourcesFor } from '../proposals/amounts.ts'

/** Windows for desktops uses no more sockets than this. */
const windowsSockets = 2

export function checkProcessors(form: PartialForm, ground: CheckGround): Finding[] {
  return [...checkCount(form, ground), ...checkTopology(form), ...checkCpu(form, ground)]
}

function checkCount({ vcpuCount, machineType }: PartialForm, ground: CheckGround): Finding[] {
  if (vcpuCount === undefined) return []
  const { cpuCount, abilities, hostLabel } = ground.room
  const { maxVcpus } = abilities.of(machineType)
  if (maxVcpus !== null && vcpuCount > maxVcpus) {
    return [
      stopping('vcpuCount', 'invalid-input', say('create.machineCanProcessorsMost', { hostLabel, maxVcpus }), {
        suggestion: { vcpuCount: maxVcpus },
      }),
    ]
  }
  if (vcpuCount > cpuCount) {
    return [
      warning('vcpuCount', say('create.hostThreadsMoreProcessors', { cpuCount }), {
        suggestion: { vcpuCount: cpuCount },
      }),
    ]
  }
  const least = resourcesFor(ground)?.minimum.vcpuCount ?? 1
  if (vcpuCount >= least) return []
  return [
    warning(
      'vcpuCount',
      ground.os === null
        ? say('create.systemNeedsProcessorsLeast', { least })
        : say('create.needsProcessorsLeast', { os: ground.os.name, least }),
      {
        suggestion: { vcpuCount: least },
      },
    ),
  ]
}

function checkTopology({ topology, vcpuCount, osId }: PartialForm): Finding[] {
  if (topology === undefined || topology === null) return []
  const { sockets, cores, threads } = topology
  const product = sockets * cores * threads
  if (vcpuCount !== undefined && product !== vcpuCount) {
    return [
      stopping(
        'topology',
        'invalid-input',
        say('create.processorsButMachine', { sockets, cores, threads, product, vcpuCount }),
        { suggestion: { topology: { sockets: 1, cores: vcpuCount, threads: 1 } } },
      ),
    ]
  }
  if (!isWindows(osId) || osId?.startsWith('win2k') === true || sockets <= windowsSockets) return []
  return [
    warning('topology', say('create.windowsForDesktopsUses', { windowsSockets }), {
      suggestion: { topology: { sockets: 1, cores: product, threads: 1 } },
    }),
  ]
}

function checkCpu({ cpu, machineType }: PartialForm, { room: { abilities, hostLabel } }: CheckGround): Finding[] {
  if (cpu === undefined) return []
  const { cpuModes, cpuModels } = abilities.of(machineType)
  const best = (['host-passthrough', 'maximum', 'host-model'] as const).find((mode) => cpuModes.has(mode))
  const suggestion = best === undefined ? null : { cpu: { mode: best } }
  if (cpu.mode !== 'named') {
    if (cpuModes.has(cpu.mode)) return []
    const message =
      cpu.mode === 'host-passthrough'
        ? say('create.emulationCannotHandHosts')
        : say('create.cannotGiveMachinesSuch', { hostLabel })
    return [stopping('cpu', 'unsupported', message, { suggestion })]
  }
  if (cpuModels.length === 0 || cpuModels.includes(cpu.model)) return []
  return [
    stopping('cpu', 'unsupported', say('create.processorCannot', { model: cpu.model, hostLabel }), { suggestion }),
  ]
}
