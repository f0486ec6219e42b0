export const history = {
  strataDidNotWrite: 'Strata did not write down how it was before.',
  takenBack: 'It was taken back.',
} as const
