export const trash = {
  staysTrashForNow:
    '“{name}” stays in the trash for now: it cannot be known whether somebody needs its files. {sentence}',
  thereAlready: '“{name}” is there already.',
  thereAnotherMachineNamed: 'There is another machine named “{name}” now. Rename it, then put this one back.',
  cannotPutBackFiles: '“{name}” cannot be put back: its files are gone, {missing:parts}.',
  cannotPutBackWhile: '“{name}” cannot be put back while its disk {path} is in other hands. {whyNeeded}',
  couldNotPutBack: '“{name}” could not be put back.',
  beingPutBackOr: '“{name}” is being put back or removed just now.',
  machineNotTrashAny: 'This machine is not in the trash any more.',
  libvirtDidNotAnswer:
    'libvirt did not answer, so it is not known how far “{name}” came. When it answers again, Strata looks, and finishes it or takes it back.',
  removeForGood: 'Remove “{name}” for good',
  lookWhoElseUses: 'Look who else uses the files',
  deleteFiles: 'Delete the files',
  machineAgainNothingDeleted: '“{name}” is a machine again, so nothing was deleted. It is not in the trash any more.',
  tellsMachineTrashCannot:
    '{path} tells of a machine in the trash and cannot be understood, so what that machine needs is not known.',
  lookHowFarCame: 'Look how far it came',
  finishOrTakeBack: 'Finish it, or take it back',
  finishMovingTrash: 'Finish moving “{name}” to the trash',
  lookAt: 'Look at “{name}”',
  finishPuttingBack: 'Finish putting “{name}” back',
  finishDeleting: 'Finish deleting “{name}”',
  finishRemovingForGood: 'Finish removing “{name}” for good',
  whetherThereFileMay: 'Whether there is a file {path} may not be seen.',
} as const
