import type { NewMachine } from '@strata/contract/create.ts'
import type { MachineSetup } from '@strata/contract/machine-setup.ts'

/** What is to be waited for inside a new machine; null: nothing, or nothing that Strata could see. */
export function awaitedSetup(
  wanted: Pick<NewMachine, 'setup'>,
  placed: { readonly seeds: readonly string[]; readonly installation: { readonly runs: string } | null },
): MachineSetup | null {
  const base = { userName: wanted.setup?.userName ?? null, startedAtMs: null }
  if (placed.installation !== null)
    return placed.installation.runs === 'automatic' ? { ...base, by: 'installer', phase: 'installing' } : null
  return wanted.setup !== null && placed.seeds.length > 0 ? { ...base, by: 'cloud-init', phase: 'starting' } : null
}
