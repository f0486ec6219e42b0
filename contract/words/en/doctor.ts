export const doctor = {
  couldNotStarted: '“{machine}” could not be started.',
  whatMachineNeedsCould: 'What the machine needs could not be checked.',
} as const
