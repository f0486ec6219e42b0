export const machines = {
  thereAlreadyMachineNamed: 'There is already a machine named “{name}” on {host}.',
  savedStateBoundName:
    '“{machine}” has a saved state, which is bound to its name. Start it, or discard the saved state.',
  whatBelongsCouldNot: 'What belongs to “{machine}” could not be found out.',
  detailsCouldNotRead: 'The details of “{machine}” could not be read.',
  cannotBeIt: '“{name}” cannot be {verbs}: it {stateWords}.',
  templateStartedChangeDisks:
    '“{name}” is a template: started, it would change the disks that other machines are built on. Make a new machine from it.',
  noSavedState: '“{name}” has no saved state.',
  cannotSavedDisappearsWhen:
    '“{name}” cannot be saved: it disappears when it stops, and the saved state would belong to nobody.',
  savingTaskProgressNot: 'Saving is a task with progress, not a plain act.',
  couldNot: '“{machine}” could not be {verbs}.',
  cannotStartedWhatWrites:
    '“{machine}” cannot be started: what it writes would destroy what is built on its disks. {built} Make a new machine from it instead.',
  couldNotSavedGoes: '“{machine}” could not be saved. It goes on running.',
  shutDownBeforeBecomes: '“{machine}” has to be shut down before it becomes a template.',
  savedStateStartShut:
    '“{machine}” has a saved state. Start it and shut it down, or discard the saved state, before it becomes a template.',
  stayTemplateDeleteWhat:
    '“{machine}” has to stay a template. {built} Delete what is built on it first, or make a new machine from it.',
  changeNotMachinesHistory: 'This change is not in the machine’s history any more.',
  takenBackAlready: '“{title}” was taken back already.',
  cannotTakenBackChanged: '“{title}” cannot be taken back: that was changed again since.',
  cannotTakenBack: '“{title}” cannot be taken back. {why}',
  reachesOut:
    '“{machine}” was not started: its definition was written elsewhere, and reaches out of the machine. {what} Look at these lines and allow them first.',
} as const
