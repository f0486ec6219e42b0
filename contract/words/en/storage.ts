export const storage = {
  liesNoStoragePool: '{path} lies in no storage pool of {host}, so it has to be deleted there by hand.',
  nameNotTextDeleted: 'The name of {path} is not text, so it has to be deleted by hand.',
  filesCouldNotDeleted: 'These files could not be deleted and are left: {names}.',
  fileComputerCannotUsed: 'A file of this computer cannot be used in place on {host}. Have it copied there.',
  imageNotStoragePool: 'The image {name} is not in its storage pool any more.',
  imageCouldNotFound: 'The image {name} could not be found.',
  thereNoRoomLeft: '{sentence} There is no room left in the storage pool “{name}”.',
  thereAlreadyImageStorage: 'There is already an image {name} in the storage pool “{pool}”.',
  poolMadeThereFolders: 'A pool on {host} has to be made there, as its folders are not known here.',
  storagePoolCouldNot: 'The storage pool in {folder} could not be made.',
  volumesPoolCouldNot: 'The volumes of pool “{name}” could not be read.',
} as const
