export const settings = {
  settingsCouldNotWritten: 'The settings could not be written to {path}.',
} as const
