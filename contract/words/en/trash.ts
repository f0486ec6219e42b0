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
} as const
