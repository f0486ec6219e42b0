export const monitoring = {
  thereNoHostStrata: 'There is no host “{hostId}” in Strata.',
} as const
