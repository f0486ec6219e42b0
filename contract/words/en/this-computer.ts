export const thisComputer = {
  pathBeginsSlash: 'A path begins with a slash.',
  notFileButFolder: '{path} is not a file but a folder or a device.',
  thereNoFile: 'There is no file {path}.',
  youMayNotRead: 'You may not read {path}.',
  cannotRead: '{path} cannot be read.',
} as const
