export const readiness = {
  whatReadyForCould: 'What {host} is ready for could not be found out.',
} as const
