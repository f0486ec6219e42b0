export const startup = {
  strataAlreadyRunningUse: 'Strata is already running. Use its window, or end it first.',
  stratasOwnFolderCould: 'Strata’s own folder {path} could not be made.',
} as const
