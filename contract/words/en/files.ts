export const files = {
  pathBeginsSlash: 'A path begins with a slash.',
  thereNoFolder: 'There is no folder {path}.',
  notFolder: '{path} is not a folder.',
  youMayNotLook: 'You may not look into {path}.',
  folderCouldNotRead: 'The folder {path} could not be read.',
  tooLargeForLibvirt: '{path} is too large for libvirt XML.',
  noText: '{path} is no text.',
  notFile: '{path} is not a file.',
  holdsNoMachineLibvirt: '{path} holds no machine of libvirt.',
  thereNoFile: 'There is no file {path}.',
  youMayNotRead: 'You may not read {path}.',
  fileCouldNotRead: 'The file {path} could not be read.',
} as const
