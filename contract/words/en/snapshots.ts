export const snapshots = {
  machineRestorePointNot: 'The machine of this restore point is not there any more.',
  noRestorePointAny: '“{machine}” has no restore point “{name}” any more.',
  restorePointsCouldNot: 'The restore points of “{machine}” could not be read.',
  restorePointNotThere: 'The restore point “{name}” is not there any more.',
  imagesDoNotHold: 'The images do not hold this point any more.',
  pointsMayNeeded: 'The points in {path} may be needed. {whyNeeded}',
  imageChanged: '{failed} The image has changed.',
  couldNotTakenBack: '“{name}” could not be taken back into the list.',
  libvirtDidNotCome: 'libvirt on {host} did not come back.',
  notLibvirtsListAny:
    '“{name}” is not in libvirt’s list any more, but a disk image still holds it. It is shown below the list: remove it there when the machine is off.',
  connectionLibvirtLostStill: '{failed} The connection to libvirt was lost, and it still has the point.',
  whetherCanTakenBack: 'Whether “{machine}” can be taken back to “{name}” could not be found out.',
  connectionLibvirtLostDoes: '{sentence} The connection to libvirt was lost, and it does not have the point.',
  alreadyRestorePoint: '“{machineName}” already has a restore point “{name}”.',
  diskImageAlreadyHolds:
    'A disk image of “{machineName}” already holds a point “{name}”, which libvirt’s list does not have. Choose another name, or remove that point first.',
  libvirtDoesNotNew: 'libvirt does not have the new point in its list.',
  newPointNotKept: 'The new point was not kept. {disagreement}',
  restorePointNow: '“{machine}” has a restore point “{name}” by now.',
  presentCannotKept: 'The present cannot be kept: {takeBlocked}',
  connectionLibvirtLostNot: 'The connection to libvirt was lost, and “{machine}” was not taken back to “{name}”.',
  connectionLibvirtLostWhile:
    'The connection to libvirt was lost while “{machine}” went back to “{name}”, and whether all of it got there cannot be seen. Go back once more.',
  disksBackPointUefi: 'The disks are back at this point; the UEFI variables could not be brought back to {path}.',
  couldNotTakenBack2: '“{machine}” could not be taken back to “{name}”.',
  whatWasBeforeKept: 'What was before is kept as the restore point “{kept}”.',
  notKnownWhetherBack: 'Whether it came to “{name}” is not known; go back once more.',
  switchedOffNow: 'The machine is switched off now.',
  machineRestorePointsFiles:
    'This machine has restore points in files beside its disks, made by another program. The two kinds cannot be mixed safely.',
  machineDisappearsWhenStops: 'This machine disappears when it stops, and its restore points would go with it.',
  machineShuttingDownWait: 'The machine is shutting down. Wait until it is off.',
  machineAsleepWakeFirst: 'The machine is asleep. Wake it first.',
  stateMachineNotKnown: 'The state of this machine is not known.',
  machineSavedStateRestore:
    'The machine has a saved state, which a restore point would not hold. Start it, or discard the saved state.',
  machineNoDiskCould: 'This machine has no disk that could hold a restore point.',
  changesDiskThrownAway:
    'The changes of disk {targetDev} are thrown away when the machine stops, so it cannot be kept.',
  diskNotFileRestore: 'Disk {targetDev} is not a file. Restore points need disks in qcow2 files.',
  diskFormatCannotHold: 'Disk {targetDev} is in the format {format}, which cannot hold restore points. Only qcow2 can.',
  definitionMachineNamesFiles:
    "The definition of this machine names the files of its UEFI itself, and libvirt {libvirtVersion} keeps no such machine (10.10 can). With <os firmware='efi'> and no <loader>, it could be kept while it is off.",
  libvirtCannotKeepUefi:
    'libvirt {libvirtVersion} cannot keep a UEFI machine while it runs (10.10 can). Shut it down first.',
  pointLiesFilesBeside:
    'This point lies in files beside the disks. libvirt {libvirtVersion} cannot go back to such a point (9.9 can).',
  pointLiesHalfInside: 'This point lies half inside the disks and half beside them. Strata does not touch it.',
  qemuTakesNameDigits: 'QEMU takes a name of digits for the number of a point, and could go back to another one.',
  machineSavedStateBelongs:
    'The machine has a saved state that belongs to its present disks. Start it, or discard the saved state.',
  pointLiesFilesBesideDisks:
    'This point lies in files beside the disks, made by another program. Strata does not merge such files, as other points may need them.',
  imageDiskHoldsTwo:
    'The image of disk {twinsOn} holds two points of this name, and libvirt would remove the older one. Remove the one that is not in libvirt’s list first.',
  definitionDoesNotSay: 'The definition does not say where the UEFI variables lie.',
  uefiVariablesLie: 'The UEFI variables lie on {host}.',
  uefiVariablesNotFile: 'The UEFI variables are not in a file of the usual kind: {path}.',
  uefiVariablesLieWhere: 'The UEFI variables lie where Strata may not go: {path}.',
  holdsNoDisksPoint: 'It holds no disks: it is a point of libvirt’s test driver.',
  disksLieTheyCan: 'Its disks lie on {host}. They can be copied only where they are on this computer.',
  pointDoesNotSay: 'The point does not say what the machine was then.',
  holdsNoDisks: 'It holds no disks.',
  diskNotFile: 'Disk {target} is not a file.',
  diskLeftOutPoint: 'Disk {target} was left out of this point, and a machine from it would lack it.',
  imageDiskHoldsTwoPoints: 'The image of disk {target} holds two points of this name.',
  diskMadeSmallerSince: 'Disk {target} was made smaller since, and its end is gone from the point.',
  imageDiskDoesNot: 'The image of disk {target} does not hold this point.',
  writesDoesNotHold: '“{writer}” writes to {path}, so it does not hold the point any more.',
  changedAfterPointTaken: '{each} was changed after the point was taken, so it does not hold it any more.',
  imageDiskNoQcow2: '{path}, the image of disk {target}, is no qcow2 image any more.',
  doesNotSayFormat: '{path} does not say of which format the image below it is, and it is not guessed.',
  diskBuiltTooMany: 'Disk {target} is built on too many images.',
  fileDiskMayNot: 'The file of disk {target} may not be read here: {path}',
  fileDiskNotThere: 'The file of disk {target} is not there any more: {path}',
  restorePointCouldNot: 'The restore point “{name}” of “{machine}” could not be read.',
  restorePoint: 'Restore point',
  listAnotherPointName: 'The list has another point of this name.',
  qemuCouldTakeFor: '{unfit} QEMU could take it for another point.',
  imageHoldsMoreThan: 'An image holds more than one point of this name, and QEMU would take the older one.',
  diskDoesNotHold: 'Disk {targetDev} does not hold it, so it is only half a point.',
  holdsMemoryWhatMachine: 'It holds memory, and what the machine was at that moment is not known any more.',
  machineUsesImagesNow: 'The machine uses its images now. Shut it down first.',
  imageDiskHoldsOlder:
    'The image of disk {targetDev} holds an older point of this name, which would be removed in its place. Remove that one first.',
  theyNotKeptPoint:
    '{sentence} They are not kept with the point: boot entries and Secure Boot keys stay as they are when you go back.',
  stateTpmNotKept:
    'The state of the TPM is not kept with the point. A disk that is unlocked by the TPM may ask for its recovery key when you go back.',
  theyStayTheyNow: '{sentence} They stay as they are now.',
  uefiVariablesNotKept: 'The UEFI variables were not kept with this point. They stay as they are now.',
  stateTpmStaysNow:
    'The state of the TPM stays as it is now. A disk that is unlocked by the TPM may ask for its recovery key.',
  imageDiskNoTable:
    'The image of disk {targetDev} has no table of points that can be read, so it does not hold this one.',
  imageDiskDoesNotHold:
    'The image of disk {targetDev} does not hold this point. Going back would only stop the machine.',
  imageDiskHoldsTwoPointsName:
    'The image of disk {targetDev} holds two points of this name, and QEMU would take the older one. Remove the one that is not in libvirt’s list first.',
  imageDiskHoldsAnother:
    'The image of disk {targetDev} holds another point of this name, of another moment. Going back would not lead to this one.',
  pointDoesNotSayWhat:
    'This point does not say what the machine was then, so libvirt does not know what to go back to.',
  imageDiskMayNot:
    'The image of disk {targetDev} may not be read from here, so Strata cannot see whether it holds this point.',
  diskPointNotFound: 'Disk {targetDev} of this point is not to be found: its storage pool is gone, or stopped.',
  fileDiskPointNames:
    'The file of disk {targetDev}, as this point names it, is not there any more: {path}. Put it back there first.',
  diskPointNoDisk:
    'Disk {targetDev} of this point ({path}) is no disk of this machine any more. Going back would set it back all the same, and its present content would be kept nowhere. Attach it again first.',
  machineWhenPointTaken:
    'The machine had {path} in {targetDev} when this point was taken, and it is not there any more. Going back would only stop the machine. Put the file back there first.',
  machineWhenPointTakenNot:
    'The machine had {path} in {targetDev} when this point was taken, and it is not there any more. Put the file back there first.',
  pointCouldNotRemoved: 'The point “{name}” could not be removed from the image of disk {targetDev}.',
  removeImages: 'Remove “{name}” from the images of “{machine}”',
  removeImages2: 'Remove it from the images',
  takeBackIntoList: 'Take “{name}” of “{machine}” back into the list',
  tellLibvirt: 'Tell libvirt of it',
  foundDiskImagesHardware: 'Found in the disk images. The hardware is that of the time when it was found.',
  removeRestorePoint: 'Remove the restore point',
  removeOf: 'Remove “{name}” of “{machine}”',
  restorePointCouldNotRemoved: 'The restore point “{name}” could not be removed.',
  whetherAnythingElseNeeds: 'Whether anything else needs these disks is not wholly known. {sentence}',
  setBack: '{path} would be set back. {whyNeeded}',
  restorePointCouldNotTaken: 'The restore point “{name}” could not be taken.',
  keepPresent: 'Keep the present',
  goBack: 'Go back to “{name}”',
  takeBack: 'Take “{machine}” back to “{name}”',
  disksBackButLibvirt:
    'The disks of “{machine}” are back at “{name}”, but libvirt could not note it. Go back once more before you start it.',
  takeOf: 'Take “{name}” of “{machine}”',
  writeRestorePoint: 'Write the restore point',
  beforeGoingBack: 'Before going back',
  stateBefore: 'The state before going back to “{name}”.',
} as const
