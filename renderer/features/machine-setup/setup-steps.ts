import { setupStages, type MachineSetup } from '@strata/contract/machine-setup.ts'

export interface SetupStep {
  /** A key of `machine-setup.steps`. */
  readonly id: string
  readonly state: 'done' | 'current' | 'to-come'
}

/** The way that a set-up takes, and where on it it is. What an installer leaves behind may or may not have stages. */
export function setupSteps(setup: MachineSetup): SetupStep[] {
  const stage = setup.phase === 'setting-up' ? setup.stage : null
  const ids = setup.by === 'installer' ? ['installing', 'answering'] : ['starting', ...setupStages]
  const current =
    setup.by === 'installer' ? (setup.phase === 'installing' ? 'installing' : 'answering') : (stage ?? 'starting')
  const at = ids.indexOf(current)
  return ids.map((id, index) => ({ id, state: index < at ? 'done' : index === at ? 'current' : 'to-come' }))
}

/** A key of `machine-setup.doing`. */
export function setupDoing(setup: MachineSetup): string {
  return setup.phase === 'setting-up' ? (setup.stage ?? 'answering') : setup.phase
}
