export const diskImages = {
  diskImagesReadQemu: 'Disk images are read by qemu-img, which is not installed. On Debian it is in qemu-utils.',
  cannotImportedDescriptionDisk:
    '{fileName} cannot be imported. Its description of the disk has a line that Strata does not know, and could lead anywhere: {shown}',
  isDamaged: '{fileName} is damaged. {why}',
  changedWhileLookedWait:
    '{fileName} was changed while it was looked at. Wait until no other program writes to it, and try again.',
  damagedEndsTooEarly: '{fileName} is damaged: it ends too early, as after a download that was cut off.',
  needsAnotherImageBelow: '{fileName} needs another image below it, which Strata does not open.',
  damagedOrNotComplete: '{fileName} is damaged, or not complete: its tables lead nowhere.',
  words: '{fileName} {why}.',
  cannotImportedStrataOpens:
    '{fileName} cannot be imported. {why}, and Strata opens no file that an image names by itself. Make it one image first.',
  isEmpty: '{fileName} is empty.',
  isoImageCdInstall: '{fileName} is an ISO image: a CD to install from, not a disk.',
  damagedPieceEndsToo: '{fileName} is damaged: its piece {name} ends too early.',
  notCompletePieceMissing: '{fileName} is not complete: its piece {name} is missing. Put all pieces into one folder.',
  saysLargeNoDisk: '{fileName} says that it is {capacity:bytes} large, which no disk of a machine can be.',
  beginningCannotReadDamaged: 'The beginning of {fileName} cannot be read: it is damaged, or not complete.',
  diskAllNoImage:
    'Is {fileName} a disk at all? It is no image of a format that is known, and nothing in it is a partition table or a file system. If it is a disk, make it an image that says so.',
  cannotImported: '{fileName} cannot be imported. {why}',
  notUsed: '{sentence} It was not used.',
} as const
