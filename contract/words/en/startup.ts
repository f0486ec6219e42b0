export const startup = {
  strataAlreadyRunningUse: 'Strata is already running. Use its window, or end it first.',
  stratasOwnFolderCould: 'Strata’s own folder {path} could not be made.',
  folderBelongsAnotherUser:
    'The folder {path} belongs to another user of this computer, so Strata does not keep its files there. Start Strata as that user, or set XDG_DATA_HOME to a folder of your own.',
  somethingElseThanFolder: 'Something else than a folder stood in the place of a folder of Strata’s.',
  couldNotMovedAway: '{why} It could not be moved away.',
  notesInterruptedJobCannot: 'The notes of an interrupted job cannot be read, so nothing of it is undone.',
  interruptedLaterVersionStrata:
    '“{title}” was interrupted in a later version of Strata. It is undone when that version is started.',
  folderNotesInterruptedJobs: 'The folder with the notes of interrupted jobs cannot be read.',
  webRunsAsRoot:
    'Strata runs as root, so its window runs as root too and without the browser’s sandbox: a fault in the browser could change everything on this computer. Start Strata as your own user, or with sudo or pkexec from your own session.',
  electronRunsAsRoot:
    'Strata runs as root, and Electron sets up no sandbox as root: a fault in the window could change everything on this computer. Start Strata as your own user.',
} as const
