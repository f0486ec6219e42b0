export const catalogue = {
  catalogueNoOperatingSystem: 'The catalogue has no operating system {osId}.',
} as const
