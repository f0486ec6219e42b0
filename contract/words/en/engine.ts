export const engine = {
  somethingWentWrongInside: 'Something went wrong inside Strata.',
} as const
