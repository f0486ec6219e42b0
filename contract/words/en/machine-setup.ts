export const machineSetup = {
  whatSetUpInside: 'What was set up inside “{machine}” could not be dismissed.',
} as const
