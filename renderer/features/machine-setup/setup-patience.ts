import type { MachineSetup } from '@strata/contract/machine-setup.ts'
import type { Machine } from '@strata/contract/machines.ts'

const MINUTE_MS = 60_000

/**
 * After this long it is worth saying that it takes long; nothing ends then. Generous, as a guest that waits for its network
 * or fetches packages takes minutes and is well. Emulation is slower by more than this allows for, and there it is said
 * why. Installers copy a whole system: Debian's own takes an hour and more under emulation.
 */
const PATIENCE_MS = {
  kvm: { installing: 45 * MINUTE_MS, setup: 5 * MINUTE_MS },
  emulation: { installing: 240 * MINUTE_MS, setup: 20 * MINUTE_MS },
} as const

/** @param keptWaitingAtMs when the user last chose to go on waiting: from there it is quiet for the same time again */
export function takesLong(
  machine: Pick<Machine, 'accelerator' | 'stateSinceMs'>,
  setup: Pick<MachineSetup, 'phase' | 'startedAtMs'>,
  keptWaitingAtMs: number | null,
  nowMs: number,
): boolean {
  const sinceMs = machine.stateSinceMs ?? setup.startedAtMs
  if (sinceMs === null) return false
  const patience = PATIENCE_MS[machine.accelerator === 'emulation' ? 'emulation' : 'kvm']
  const limitMs = setup.phase === 'installing' ? patience.installing : patience.setup
  return nowMs - Math.max(sinceMs, keptWaitingAtMs ?? 0) > limitMs
}

/** Why it may take so long, as keys of `machine-setup.slow.why`. */
export function slowReasons(machine: Pick<Machine, 'accelerator'>, setup: MachineSetup): string[] {
  const emulation = machine.accelerator === 'emulation' ? ['emulation'] : []
  if (setup.phase !== 'setting-up') return [...emulation, setup.phase]
  return [...emulation, setup.stage === 'modules-final' ? 'packages' : 'stage']
}
