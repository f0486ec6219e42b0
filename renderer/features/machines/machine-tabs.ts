export const machineTabs = ['strata', 'console', 'restore-points', 'graphs', 'history'] as const
export type MachineTab = (typeof machineTabs)[number]

/** The tab that an address names; the first one when it names none that there is. */
export const machineTabOf = (text: string | undefined): MachineTab =>
  machineTabs.find((tab) => tab === text) ?? 'strata'
