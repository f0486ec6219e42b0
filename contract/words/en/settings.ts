export const settings = {
  settingsCouldNotWritten: 'The settings could not be written to {path}.',
  settingsCouldNotRead: 'The settings could not be read, so those that Strata comes with are used.',
} as const
