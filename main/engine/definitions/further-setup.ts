import type { MachineSetup } from '@strata/contract/machine-setup.ts'

/** The definition keeps the start and the end of a set-up; what lies between is known from the guest, and not lost when the definition is read again. */
export function furtherSetup(known: MachineSetup | null, kept: MachineSetup | null): MachineSetup | null {
  const goesOn = kept?.phase === 'starting' && known?.phase === 'setting-up' && known.startedAtMs === kept.startedAtMs
  return goesOn ? known : kept
}

/** Whether there is something to wait for still. */
export function isAwaited(
  setup: MachineSetup | null,
): setup is Extract<MachineSetup, { phase: 'installing' | 'starting' | 'setting-up' }> {
  return setup?.phase === 'installing' || setup?.phase === 'starting' || setup?.phase === 'setting-up'
}
